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
  suiteNames,
} from '../../src/config/tls.ts';
import { bool, component, evidence, evidences, isWritten, knownOr, list, setting, text } from './access.ts';
import { curvePreferences } from './key-exchange.ts';
import { unavailable } from './material.ts';
import { fail, notApplicable, notAssessed, pass, warn } from './result.ts';
import { cis, etcdSource, goSource, kubernetesDocs, kubernetesSource, rfc, stig } from './references.ts';
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
  const found = knownOr('invalid', () =>
    minTLSVersion(owner.name, setting(owner, settingsOf(owner.name).minVersion).value),
  );
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

/** The AEAD suites with ECDHE, for RSA and ECDSA keys, that every version knows by name; ChaCha20's names changed. */
export const STRONG_SUITES: readonly string[] = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
];

/** What to do about weak suites, for one component. */
function suitesRemediation(name: ComponentName, flag: string): string {
  const list =
    name === 'kubelet'
      ? `\`tlsCipherSuites: [${STRONG_SUITES.join(', ')}]\` in /var/lib/kubelet/config.yaml and in the kubelet-config ConfigMap`
      : `--${flag}=${STRONG_SUITES.join(',')}`;
  const tls13 =
    name === 'etcd'
      ? `or, where --${flag} is not set, demand TLS 1.3 with --tls-min-version=TLS1.3 (etcd does not start with both: remove the list first)`
      : 'or demand TLS 1.3';
  return `Set ${list} and restart ${name} (an AES_128_GCM suite has to stay: HTTP/2 needs it); ${tls13}, whose suites are all strong.`;
}

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
      return owner === undefined ? notAssessed(`${notInInput(name, context.node)}.`) : judge(owner, context);
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
      const contradiction = owner.name === 'etcd' ? maxVersionFault(owner) : undefined;
      if (contradiction !== undefined) return contradiction;
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
    remediation: suitesRemediation(name, names.cipherSuites),
    references: [
      ...(listener.references?.cipherSuites ??
        (name === 'kube-apiserver' ? [cis('1.2.29'), stig('CNTR-K8-001400')] : [])),
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
      if (unknownSuites(owner, names).length > 0) {
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
  return [
    minVersion,
    cipherSuites,
    http2,
    keyType,
    // etcd has no such setting.
    ...(name === 'etcd' ? [] : [curvePreferences(prefix, name)]),
    flagsCheck(prefix, name),
    ...(name === 'kubelet' ? [] : [oneManifest]),
  ];
}

/** The first part of the check ids of each component that a row can end at. */
const PREFIXES = {
  'kube-apiserver': 'apiserver',
  kubelet: 'kubelet',
  'kube-scheduler': 'scheduler',
  'kube-controller-manager': 'controller-manager',
  etcd: 'etcd',
  'kube-proxy': 'kube-proxy',
  'cloud-controller-manager': 'cloud-controller-manager',
} as const satisfies Record<ComponentName, string>;

/**
 * `<prefix>-removed-flags` for a row that a component is an end of without listening there: what does not start does
 * not connect either. Where the input does not hold the component, the row is about the other end.
 */
export function flagChecks(...components: readonly ComponentName[]): readonly Check[] {
  return components.map((name) => ({
    ...flagsCheck(PREFIXES[name], name),
    notApplicable: ({ node }) =>
      component(node, name)?.commandLineSeen === true ? undefined : `The command line of ${name} is not in the input.`,
  }));
}

const PLACES: Readonly<Partial<Record<ComponentName, string>>> = {
  'kube-proxy':
    '/etc/kubernetes/manifests/kube-proxy.yaml, the systemd unit or the DaemonSet (`kubectl -n kube-system edit daemonset kube-proxy`)',
  'cloud-controller-manager':
    '/etc/kubernetes/manifests/cloud-controller-manager.yaml, the systemd unit or the DaemonSet',
  kubelet: '/var/lib/kubelet/kubeadm-flags.env, /etc/default/kubelet or the systemd unit',
};

const FLAG_REFERENCES: Readonly<Partial<Record<ComponentName, Reference>>> = {
  etcd: etcdSource('server/etcdmain/config.go'),
};

/** Does the component start with what it is given? */
function flagsCheck(prefix: string, name: ComponentName): Check {
  return {
    id: `${prefix}-removed-flags`,
    title: `${name} knows every flag that it is given, and takes its value`,
    severity: 'high',
    impact: 'availability',
    versions: 'all',
    remediation: `Remove or correct the flag in ${PLACES[name] ?? `/etc/kubernetes/manifests/${name}.yaml (kubeadm: extraArgs of the ClusterConfiguration, so that an upgrade keeps it)`} before ${name} is started or upgraded: it stops at a flag, a value or a stray word that it does not know.`,
    references: [FLAG_REFERENCES[name] ?? kubernetesDocs(`reference/command-line-tools-reference/${name}/`)],
    evaluate: ({ node }) => {
      const owner = component(node, name);
      if (owner === undefined) return notAssessed(`${notInInput(name, node)}.`);
      const findings = [...owner.notices.flatMap((notice) => judgeNotice(notice, owner) ?? []), ...strayWords(owner)];
      return findings.length > 0 ? findings : pass(`${name} is given no flag that it is known to refuse.`);
    },
  };
}

/**
 * Words that belong to no flag, told once however many there are. Sources: cmd/<component>/app/server.go (Args: "does
 * not take any arguments"), cmd/kubelet/app/server.go ("unknown command"), etcd server/etcdmain/config.go ("is not a
 * valid flag").
 */
function strayWords(owner: Component): readonly Finding[] {
  const [first, ...others] = owner.notices.filter(({ code }) => code === 'positional-argument');
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` (and ${others.length} more ${others.length === 1 ? 'word' : 'words'})`;
  return [
    fail(`${first.message}${more}: ${owner.name} does not start with it.`, noticeEvidence(first, owner), {
      headline: 'stray word: does not start',
    }),
  ];
}

function noticeEvidence(notice: Notice, owner: Component): readonly Evidence[] {
  return [
    {
      component: owner.name,
      setting: notice.subject,
      value: notice.value ?? null,
      origin: originOf(notice, owner),
      ...(notice.file === undefined ? {} : { file: notice.file }),
      ...(notice.line === undefined ? {} : { line: notice.line }),
    },
  ];
}

/** A notice says where it is from by its subject: a flag with its dashes, a variable of etcd, or a config field. */
function originOf({ code, subject, file }: Notice, owner: Component): Evidence['origin'] {
  if (code === 'positional-argument' || subject.startsWith('-')) return 'flag';
  if (subject.startsWith('ETCD_')) return 'environment';
  return owner.sources.some((source) => source.kind === 'config-file' && source.file === file) || owner.usesConfigFile
    ? 'config-file'
    : 'flag';
}

/** A field of a config file is not mended where flags are. */
function correction(notice: Notice, owner: Component): Pick<Finding, 'remediation'> {
  if (originOf(notice, owner) !== 'config-file' || notice.file === undefined) return {};
  const place = notice.line === undefined ? notice.file : `${notice.file}:${notice.line}`;
  return { remediation: `Correct \`${notice.subject}\` in ${place} and restart ${owner.name}.` };
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
        ...correction(notice, owner),
      });
    case 'unknown-flag':
      return warn(`${notice.message}.`, shown, { headline: `${notice.subject}: unknown flag` });
    case 'positional-argument':
    // strayWords tells them together.
    case 'duplicate-manifest':
    case 'duplicate-key':
    case 'unexpanded-variable':
    case 'ignored-setting':
    case 'unread-config':
      return undefined;
  }
}

function judgeSuites(owner: Component, names: ListenerSettings, path: PathId): Finding | readonly Finding[] {
  const shown = evidences(owner, names.cipherSuites);
  if (owner.version === undefined) return notAssessed(`The version of ${owner.name} is not known.`, shown);
  const named = writtenSuites(owner, names);
  const written = named.length > 0;
  // The names are read before the versions are: component-base ciphersuites_flag.go, etcd client/pkg/tlsutil.
  const unknown = unknownSuites(owner, names);
  if (unknown.length > 0) {
    return fail(
      `${enumerate(unknown)} ${unknown.length === 1 ? 'is no cipher suite' : 'are no cipher suites'} that ${owner.name} ${formatVersion(owner.version)} knows by that name, so it does not start.`,
      shown,
      {
        severity: 'high',
        impact: 'availability',
        headline: 'unknown cipher suite: does not start',
      },
    );
  }
  if (minTLSOf(owner) === '1.3') {
    return owner.name === 'etcd' && written && knowsMinVersion(owner)
      ? fail(
          '--cipher-suites is set while --tls-min-version demands TLS 1.3, whose suites cannot be chosen: etcd does not start.',
          evidences(owner, names.cipherSuites, names.minVersion),
          {
            severity: 'high',
            impact: 'availability',
            headline: 'suites beside TLS 1.3: does not start',
            remediation: `Remove --cipher-suites from etcd's command line; all suites of TLS 1.3 are strong.`,
          },
        )
      : pass(`${owner.name} speaks TLS 1.3 only, whose cipher suites are all strong.`, shown);
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

/** The suites that somebody wrote down; empty where Go's own list is in force. */
function writtenSuites(owner: Component, names: ListenerSettings): readonly string[] {
  return isWritten(owner, names.cipherSuites) ? list(owner, names.cipherSuites) : [];
}

/** Suites by names that this version of the component does not take, with which it does not start. */
function unknownSuites(owner: Component, names: ListenerSettings): readonly string[] {
  if (owner.version === undefined) return [];
  const { preferred, insecure } = suiteNames(owner.name, owner.version);
  return writtenSuites(owner, names).filter((suite) => !preferred.has(suite) && !insecure.has(suite));
}

/** A version without the flag does not start for that reason already. */
function knowsMinVersion(etcd: Component): boolean {
  return !etcd.notices.some(({ code, subject }) => code === 'future-flag' && subject.endsWith('tls-min-version'));
}

/** Highest and lowest version of etcd that contradict each other: server/embed/config.go (Validate), from the flags' start. */
function maxVersionFault(etcd: Component): Finding | undefined {
  const shown = evidences(etcd, 'tls-min-version', 'tls-max-version');
  const impact = { impact: 'availability' } as const;
  if (!isWritten(etcd, 'tls-max-version') || text(etcd, 'tls-max-version') === '' || !knowsMinVersion(etcd)) {
    return undefined;
  }
  const highest = text(etcd, 'tls-max-version');
  if (minTLSVersion('etcd', highest) === 'invalid') {
    return fail(
      `--tls-max-version=${highest} is no version that etcd knows (TLS1.2 or TLS1.3), so it does not start.`,
      shown,
      { ...impact, headline: 'tls-max-version invalid: does not start' },
    );
  }
  return highest === 'TLS1.2' && minTLSOf(etcd) === '1.3'
    ? fail('--tls-min-version=TLS1.3 is above --tls-max-version=TLS1.2: etcd does not start.', shown, {
        ...impact,
        headline: 'TLS versions exclude each other',
        remediation: 'Remove --tls-max-version, and restart etcd.',
      })
    : undefined;
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
