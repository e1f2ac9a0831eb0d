/** What is asked of the TLS settings of any listener; each component has its own ids for the same questions. */
import type { Component, ComponentName, Notice } from '../../src/model/component.ts';
import type { Check, CheckContext, Evidence, Finding, MinTLSVersion, PathId, Reference } from '../../src/model/path.ts';
import { formatVersion } from '../../src/model/version.ts';
import { isLoopback } from '../../src/config/url.ts';
import {
  cipherSuitesInForce,
  classifySuite,
  minTLSVersion,
  parseGodebug,
  satisfiesHTTP2,
} from '../../src/config/tls.ts';
import { bool, component, evidence, evidences, isWritten, list, setting, text } from './access.ts';
import { unavailable } from './material.ts';
import { fail, notApplicable, notAssessed, pass, warn } from './result.ts';
import { cis, goSource, kubernetesDocs, kubernetesSource, rfc, stig } from './references.ts';
import { notInInput } from './unread.ts';
import { enumerate } from './words.ts';

/** The names under which a component keeps the settings of its listener. */
interface ListenerSettings {
  readonly minVersion: string;
  readonly cipherSuites: string;
  readonly spelling: string;
}

function settingsOf(name: ComponentName): ListenerSettings {
  return name === 'etcd'
    ? { minVersion: 'tls-min-version', cipherSuites: 'cipher-suites', spelling: 'TLS1.2 or TLS1.3' }
    : { minVersion: 'tls-min-version', cipherSuites: 'tls-cipher-suites', spelling: 'VersionTLS12 or VersionTLS13' };
}

/** Lowest TLS version that the component's listener accepts: the row's column. */
export function minTLSOf(owner: Component): MinTLSVersion {
  const found = minTLSVersion(owner.name, setting(owner, settingsOf(owner.name).minVersion).value);
  return found === 'invalid' ? 'unknown' : found;
}

/** The same by name; `unknown` where the component is not in the input. */
export function minTLSOfNamed(context: Pick<CheckContext, 'node'>, name: ComponentName): MinTLSVersion {
  const owner = component(context.node, name);
  return owner === undefined ? 'unknown' : minTLSOf(owner);
}

/** Rows that anybody's client may use; the client of every other row is a Go program of the cluster, which takes the best. */
const OPEN_TO_ANY_CLIENT: readonly PathId[] = [
  'user-to-apiserver',
  'anonymous-to-apiserver',
  'client-to-kubelet',
  'client-to-scheduler',
  'client-to-controller-manager',
];

/** Whether strangers reach the listener: an old client, or somebody who holds a client down to a weak suite. */
function openToStrangers(owner: Component, path: PathId): boolean {
  if (!OPEN_TO_ANY_CLIENT.includes(path)) return false;
  return !isLoopback(text(owner, owner.name === 'kubelet' ? 'address' : 'bind-address'));
}

/** Every AEAD suite with ECDHE that Go has, for RSA and ECDSA keys. */
const STRONG_SUITES = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
].join(',');

export interface Listener {
  /** First part of the check ids: `apiserver`, `kubelet`, `etcd`. */
  readonly prefix: string;
  readonly component: ComponentName;
  readonly references?: {
    readonly minVersion?: readonly Reference[];
    readonly cipherSuites?: readonly Reference[];
  };
}

/** The checks of one component's listener, with ids of their own. */
export function listenerChecks(listener: Listener): readonly Check[] {
  const { prefix, component: name } = listener;
  const names = settingsOf(name);
  const judged = (
    judge: (owner: Component, context: CheckContext) => Finding | readonly Finding[],
  ): Pick<Check, 'evaluate'> => ({
    evaluate: (context) => {
      const owner = component(context.node, name);
      return owner === undefined ? notAssessed(`${notInInput(name)}.`) : judge(owner, context);
    },
  });
  const where =
    name === 'kubelet'
      ? `\`tlsMinVersion\` in /var/lib/kubelet/config.yaml and in the kubelet-config ConfigMap`
      : `--${names.minVersion}`;

  const minVersion: Check = {
    id: `${prefix}-tls-min-version`,
    title: `${name} accepts TLS 1.2 and later only`,
    severity: 'high',
    impact: 'security',
    versions:
      name === 'etcd'
        ? 'the flag exists from 3.4.25, 3.5.8 and 3.6.0; unset means TLS 1.2'
        : 'all; unset means TLS 1.2',
    remediation: `Set ${where} to ${names.spelling} or remove it (the default is TLS 1.2), and restart ${name}.`,
    references: [
      ...(listener.references?.minVersion ?? [stig('CNTR-K8-003350')]),
      rfc(8996, '4'),
      kubernetesSource('staging/src/k8s.io/component-base/cli/flag/ciphersuites_flag.go'),
    ],
    ...judged((owner) => {
      const shown = [evidence(owner, names.minVersion)];
      const found = minTLSVersion(owner.name, setting(owner, names.minVersion).value);
      if (found === 'invalid') {
        return fail(
          `${setting(owner, names.minVersion).label}=${text(owner, names.minVersion)} is no version that ${name} knows (${names.spelling}), so it does not start.`,
          shown,
          {
            impact: 'availability',
            headline: `${names.minVersion} invalid: does not start`,
          },
        );
      }
      if (found === '1.0' || found === '1.1') {
        return warn(
          `${name} accepts TLS ${found}, which RFC 8996 forbids: a client that can do no better, or is held down to it, talks with broken cryptography.`,
          shown,
          {
            headline: `accepts TLS ${found}`,
          },
        );
      }
      return pass(`${name} accepts TLS ${found} and later.`, shown);
    }),
  };

  const cipherSuites: Check = {
    id: `${prefix}-cipher-suites`,
    title: `${name} offers no weak cipher suite`,
    severity: 'medium',
    impact: 'security',
    versions: 'all; unset still offers TLS_RSA_* up to Kubernetes 1.29 and 3DES up to 1.31',
    remediation: `Set ${name === 'kubelet' ? '`tlsCipherSuites` in /var/lib/kubelet/config.yaml and in the kubelet-config ConfigMap to the list' : `--${names.cipherSuites}=`}${STRONG_SUITES}${name === 'kubelet' ? ',' : ''} and restart ${name} (an AES_128_GCM suite has to stay: HTTP/2 needs it); or demand TLS 1.3, whose suites are all strong.`,
    references: [
      ...(listener.references?.cipherSuites ?? [cis('1.2.29'), stig('CNTR-K8-001400')]),
      goSource('crypto/tls/cipher_suites.go'),
    ],
    ...judged((owner, { path }) => judgeSuites(owner, names, path)),
  };

  const suitesPlace =
    name === 'kubelet' ? '`tlsCipherSuites` in /var/lib/kubelet/config.yaml' : `--${names.cipherSuites}`;

  const http2: Check = {
    id: `${prefix}-cipher-http2-required`,
    title: `${name}'s cipher suites leave HTTP/2 one that it needs`,
    severity: 'high',
    impact: 'availability',
    versions: 'all',
    remediation: `Add TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 (for an ECDSA certificate TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256) to ${suitesPlace}, or remove the list, and restart ${name}.`,
    references: [
      rfc(9113, '9.2.2'),
      { id: 'golang.org/x/net/http2', url: 'https://github.com/golang/net/blob/master/http2/server.go' },
    ],
    ...judged((owner) => {
      const suites = list(owner, names.cipherSuites);
      const shown = [evidence(owner, names.cipherSuites)];
      if (suites.some((suite) => !classifySuite(suite).known)) {
        return notApplicable(`The list has names that ${name} does not know; see ${prefix}-cipher-suites.`);
      }
      const needless =
        !isWritten(owner, names.cipherSuites) ||
        suites.length === 0 ||
        minTLSOf(owner) === '1.3' ||
        bool(owner, 'disable-http2-serving') === true;
      if (needless || satisfiesHTTP2(suites)) {
        return pass(`HTTP/2 finds the suite that it needs.`, shown);
      }
      return fail(
        `The list has neither TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 nor its ECDSA twin, which HTTP/2 demands, so ${name} does not start.`,
        shown,
        {
          headline: 'suites without HTTP/2: does not start',
        },
      );
    }),
  };

  const keyType: Check = {
    id: `${prefix}-cipher-key-type`,
    title: `${name}'s cipher suites fit the key of its certificate`,
    severity: 'high',
    impact: 'availability',
    versions: 'all',
    remediation: `Add the suites for the key that is served to ${suitesPlace} and restart ${name}: TLS_ECDHE_RSA_* for an RSA key, TLS_ECDHE_ECDSA_* for an ECDSA or Ed25519 key.`,
    references: [goSource('crypto/tls/handshake_server.go')],
    ...judged((owner, { facts }) => {
      const shown = [evidence(owner, names.cipherSuites)];
      const suites = list(owner, names.cipherSuites)
        .map(classifySuite)
        .filter(({ known, tls13 }) => known && !tls13);
      if (!isWritten(owner, names.cipherSuites) || suites.length === 0 || minTLSOf(owner) === '1.3') {
        return pass('No list of cipher suites stands against the key.', shown);
      }
      const served = facts.presented.find((one) => one.side === 'server' && one.owner === name);
      const leaf = served?.chain[0];
      if (leaf === undefined) {
        const missing = unavailable(served?.certificate);
        return missing === undefined
          ? pass('No certificate is known to stand against the list.', shown)
          : notAssessed(`${missing}.`, shown);
      }
      const kind = leaf.publicKey.algorithm === 'RSA' ? 'RSA' : 'ECDSA';
      return suites.some(({ certificate }) => certificate === kind || certificate === 'any')
        ? pass(`The list has suites for the ${kind} key.`, shown)
        : warn(
            `No suite of the list can use the ${kind} key of ${leaf.position.file}, so only clients that speak TLS 1.3 connect.`,
            shown,
            {
              headline: `no suite for the ${kind} key`,
            },
          );
    }),
  };

  const flags: Check = {
    id: `${prefix}-removed-flags`,
    title: `${name} knows every flag that it is given`,
    severity: 'high',
    impact: 'availability',
    versions: 'all',
    remediation: `Remove or correct the flag in ${name === 'kubelet' ? '/var/lib/kubelet/kubeadm-flags.env or the systemd unit' : `/etc/kubernetes/manifests/${name}.yaml (kubeadm: extraArgs of the ClusterConfiguration, so that an upgrade keeps it)`} before ${name} is started or upgraded: it stops at a flag that it does not know.`,
    references: [kubernetesDocs(`reference/command-line-tools-reference/${name === 'etcd' ? '' : `${name}/`}`)],
    ...judged((owner) => {
      const findings = owner.notices.flatMap((notice) => judgeNotice(notice, owner) ?? []);
      return findings.length > 0 ? findings : pass(`${name} is given no flag that it is known to refuse.`);
    }),
  };

  const oneManifest: Check = {
    id: `${prefix}-one-configuration`,
    title: `${name} is configured in one place`,
    severity: 'high',
    impact: 'both',
    versions: 'all',
    remediation: `Keep one manifest or unit of ${name} and move copies out of /etc/kubernetes/manifests: the kubelet runs every file there whose name does not begin with a dot.`,
    references: [kubernetesDocs('tasks/configure-pod-container/static-pod/')],
    ...judged((owner) => {
      const twice = owner.notices.filter(({ code }) => code === 'duplicate-manifest');
      return twice.length > 0
        ? twice.map((notice) =>
            warn(notice.message, noticeEvidence(notice, owner), { headline: `${name} configured twice` }),
          )
        : pass(`${name} is configured in one place.`);
    }),
  };

  // A second kubelet has no manifest that one could leave lying about.
  return [minVersion, cipherSuites, http2, keyType, flags, ...(name === 'kubelet' ? [] : [oneManifest])];
}

function noticeEvidence(notice: Notice, owner: Component): readonly Evidence[] {
  return [
    {
      component: owner.name,
      setting: notice.subject,
      value: null,
      origin: 'flag',
      ...(notice.file === undefined ? {} : { file: notice.file }),
      ...(notice.line === undefined ? {} : { line: notice.line }),
    },
  ];
}

function judgeNotice(notice: Notice, owner: Component): Finding | undefined {
  const version = owner.version === undefined ? '' : ` ${formatVersion(owner.version)}`;
  const shown = noticeEvidence(notice, owner);
  switch (notice.code) {
    case 'removed-flag':
    case 'future-flag':
      return fail(`${notice.message}: ${owner.name}${version} does not start with it.`, shown, {
        headline: `${notice.subject}: does not start`,
      });
    case 'invalid-value':
      return fail(`${notice.message}: ${owner.name} does not start with it.`, shown, {
        headline: `${notice.subject}: invalid value`,
      });
    case 'unknown-flag':
      return warn(`${notice.message}.`, shown, { headline: `${notice.subject}: unknown flag` });
    case 'duplicate-manifest':
    case 'duplicate-key':
    case 'positional-argument':
    case 'unexpanded-variable':
    case 'ignored-setting':
    case 'unread-config':
      return undefined;
  }
}

function judgeSuites(owner: Component, names: ListenerSettings, path: PathId): Finding | readonly Finding[] {
  const shown = evidences(owner, names.cipherSuites);
  if (minTLSOf(owner) === '1.3')
    return pass(`${owner.name} speaks TLS 1.3 only, whose cipher suites are all strong.`, shown);
  const written = isWritten(owner, names.cipherSuites) && list(owner, names.cipherSuites).length > 0;
  if (owner.version === undefined) return notAssessed(`The version of ${owner.name} is not known.`, shown);
  const named = written ? list(owner, names.cipherSuites) : [];
  const unknown = named.filter((suite) => !classifySuite(suite).known);
  if (unknown.length > 0) {
    return fail(
      `${enumerate(unknown)} ${unknown.length === 1 ? 'is no cipher suite' : 'are no cipher suites'} that ${owner.name} knows, so it does not start.`,
      shown,
      {
        severity: 'high',
        impact: 'availability',
        headline: 'unknown cipher suite: does not start',
      },
    );
  }
  const godebug = parseGodebug(owner.environment.get('GODEBUG'));
  const weak = cipherSuitesInForce(owner.name, owner.version, named, { godebug }).flatMap((suite) => {
    const weakness = weaknessOf(suite);
    return weakness === undefined ? [] : [{ suite, weakness }];
  });
  if (weak.length === 0) return pass(`${owner.name} offers no weak cipher suite.`, shown);
  const suites = weak.map(({ suite }) => suite).join(', ');
  const reasons = [...new Set(weak.map(({ weakness }) => weakness))].join(', ');
  if (!written) {
    return openToStrangers(owner, path)
      ? warn(
          `${owner.name} ${formatVersion(owner.version)} offers weak cipher suites by default (${reasons}): ${suites}.`,
          shown,
          {
            headline: `weak suites by default (${reasons})`,
          },
        )
      : pass(
          'The weak suites that this version offers by default are not used here: the clients are Go programs of the cluster or on this node, and take TLS 1.3 or an ECDHE suite.',
          shown,
        );
  }
  const severe = weak.some(({ weakness }) => weakness !== 'no forward secrecy' && weakness !== 'CBC-SHA256');
  return warn(`${owner.name} is told to offer weak cipher suites (${reasons}): ${suites}.`, shown, {
    severity: severe ? 'high' : 'medium',
    headline: `weak cipher suites (${reasons})`,
  });
}

type Weakness = 'NULL' | 'RC4' | '3DES' | 'CBC-SHA256' | 'no forward secrecy';

/**
 * What Go itself counts as insecure (crypto/tls InsecureCipherSuites, Go 1.22): an ECDHE suite with CBC and SHA-1 is not
 * among them and stays in the default list of every version, so the same set is judged the same, written down or not.
 */
function weaknessOf(suite: string): Weakness | undefined {
  const { insecure, keyExchange } = classifySuite(suite);
  if (insecure === 'NULL' || insecure === 'RC4' || insecure === '3DES') return insecure;
  if (keyExchange === 'RSA') return 'no forward secrecy';
  return suite.endsWith('_CBC_SHA256') ? 'CBC-SHA256' : undefined;
}
