/** Which key exchange groups listeners take, and whether one of them withstands a quantum computer. */
import type { Component, ComponentName } from '../../src/model/component.ts';
import type { Check, Evidence, Finding, PathId } from '../../src/model/path.ts';
import { atLeast, formatVersion } from '../../src/model/version.ts';
import { GROUPS, groupsInForce, maxTLSVersion, parseGodebug } from '../../src/config/tls.ts';
import type { Group } from '../../src/config/tls.ts';
import { component, evidence, isWritten, list, setting, text } from './access.ts';
import { github, goSource, kubernetesSource } from './references.ts';
import { fail, notAssessed, pass, warn } from './result.ts';
import { notInInput } from './unread.ts';
import { enumerate } from './words.ts';

/** The kubelet has a field and no flag. */
function settingName(name: ComponentName): string {
  return name === 'kubelet' ? 'tlsCurvePreferences' : 'tls-curve-preferences';
}

const REFERENCES = [
  github('kubernetes/kubernetes#137115'),
  kubernetesSource('staging/src/k8s.io/component-base/cli/flag/curves_flag.go'),
  goSource('crypto/tls/defaults.go'),
];

/** Whether this version of the component lets anybody choose its groups; an older one stops at the setting. */
function canChoose({ name, version }: Component): boolean {
  return name !== 'etcd' && (version === undefined || atLeast(version, '1.36'));
}

/**
 * What is said of GODEBUG, which decides Go's defaults.
 * @throws UnknownValue where it has a value that the input does not show: the cipher suites that Go gives depend on it too
 */
function godebugOf(owner: Component): ReadonlyMap<string, string> {
  setting(owner, owner.name === 'etcd' ? 'cipher-suites' : 'tls-cipher-suites');
  return parseGodebug(owner.environment.get('GODEBUG'));
}

function named(groups: readonly Group[]): string {
  return enumerate(groups.map(({ id, name }) => `${name} (${id})`));
}

/** Numbers that keep the process from starting, as a clause; undefined where there are none. */
function idFault(ids: readonly number[]): string | undefined {
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) return `has ${twice} twice`;
  const unknown = ids.find((id) => !GROUPS.some((group) => group.id === id));
  return unknown === undefined ? undefined : `has ${unknown}, which is no group that its Go release knows`;
}

/**
 * `<prefix>-curve-preferences` for the listener of one component.
 * Source: k8s.io/component-base/cli/flag/curves_flag.go (what is refused), crypto/tls/common.go (curvePreferences).
 */
export function curvePreferences(prefix: string, name: ComponentName): Check {
  const key = settingName(name);
  const place =
    name === 'kubelet'
      ? '`tlsCurvePreferences` from /var/lib/kubelet/config.yaml and from the kubelet-config ConfigMap'
      : '--tls-curve-preferences from its command line';
  return {
    id: `${prefix}-curve-preferences`,
    title: `${name} takes a key exchange that withstands a quantum computer, where its list of groups could rule it out`,
    severity: 'low',
    impact: 'security',
    versions: "1.36+; unset means Go's defaults, which have X25519MLKEM768",
    remediation: `Remove ${place}, or add 4588 (X25519MLKEM768) to it beside the groups for older clients (29, 23, 24), and restart ${name}.`,
    references: REFERENCES,
    notApplicable: ({ node }) => {
      const owner = component(node, name);
      return owner === undefined || canChoose(owner)
        ? undefined
        : `${name} lets nobody choose its key exchange groups before Kubernetes 1.36.`;
    },
    evaluate: ({ node }) => {
      const owner = component(node, name);
      return owner === undefined ? notAssessed(`${notInInput(name, node)}.`) : judgeList(owner, key);
    },
  };
}

function judgeList(owner: Component, key: string): Finding {
  const shown = [evidence(owner, key)];
  const ids = list(owner, key).map(Number);
  const { version, name } = owner;
  if (version === undefined) return notAssessed(`The version of ${name} is not known.`, shown);
  if (!isWritten(owner, key)) return pass(`No list narrows the key exchange groups of ${name}.`, shown);
  const { label } = setting(owner, key);
  const refused = idFault(ids);
  if (refused !== undefined) {
    return fail(`${label} ${refused}: ${name} does not start.`, shown, {
      severity: 'high',
      impact: 'availability',
      headline: `${label} invalid: does not start`,
    });
  }
  const groups = groupsInForce(name, version, ids, godebugOf(owner));
  if (groups.length === 0) {
    return fail(
      `${label} names groups that GODEBUG switches off and no other, so ${name} agrees with no client on a key.`,
      [...shown, godebugEvidence(owner)],
      { severity: 'high', impact: 'availability', headline: 'no key exchange group left' },
    );
  }
  const hybrid = groups.filter((group) => group.hybrid);
  if (hybrid.length === 0) {
    return warn(
      `${label} leaves ${named(groups)}: whoever records the traffic today can read it with a quantum computer later, which Go's default X25519MLKEM768 (4588) prevents.`,
      shown,
      { headline: 'no hybrid key exchange' },
    );
  }
  return pass(
    hybrid.length === groups.length
      ? `${name} takes ${named(groups)} alone, which clients of TLS 1.2 and those with an older Go or OpenSSL do not have.`
      : `${name} takes ${named(hybrid)} beside ${named(groups.filter((group) => !group.hybrid))}.`,
    shown,
  );
}

function godebugEvidence(owner: Component): Evidence {
  return {
    component: owner.name,
    setting: 'GODEBUG',
    value: owner.environment.get('GODEBUG') ?? null,
    origin: owner.environment.has('GODEBUG') ? 'environment' : 'default',
  };
}

/** Why an end offers no hybrid group, as a clause. */
function whyNone(owner: Component, groups: readonly Group[]): string {
  const key = settingName(owner.name);
  if (groupsInForce(owner.name, versionOf(owner), undefined).every((group) => !group.hybrid)) {
    return `${owner.name} ${formatVersion(versionOf(owner))} was made before Go had one`;
  }
  return canChoose(owner) && isWritten(owner, key)
    ? `${setting(owner, key).label} leaves ${named(groups)}`
    : `GODEBUG=${owner.environment.get('GODEBUG') ?? ''} switches it off in ${owner.name}`;
}

function versionOf({ version, name }: Component): NonNullable<Component['version']> {
  if (version === undefined) throw new Error(`the version of ${name} was not asked for first`);
  return version;
}

/** The groups of a listener; of a client, whose groups no setting of Kubernetes chooses, without the list. */
function groupsOf(owner: Component, side: 'client' | 'server'): readonly Group[] {
  const key = settingName(owner.name);
  const godebug = godebugOf(owner);
  const ids = side === 'server' && canChoose(owner) && isWritten(owner, key) ? list(owner, key).map(Number) : undefined;
  return groupsInForce(owner.name, versionOf(owner), ids, godebug);
}

const CERTIFICATES = 'the signatures of certificates are classical in every version';

/** The ends of a row that the input may hold; what users dial with is not in it. */
function endsOf(path: PathId): readonly ComponentName[] {
  return path === 'apiserver-to-etcd' ? ['kube-apiserver', 'etcd'] : ['kube-apiserver'];
}

/**
 * What is so; nothing is wrong without it as yet. Go has X25519MLKEM768 on by default where the go line of the main module
 * is 1.24 or later: Kubernetes 1.33; etcd 3.5.23, 3.6.5 and 3.7.
 */
export const postQuantumKeyExchange: Check = {
  id: 'apiserver-pqc-key-exchange',
  title: 'It is told whether what is recorded today can be read with a quantum computer later',
  severity: 'info',
  impact: 'security',
  versions:
    'hybrid by default from Kubernetes 1.33, etcd 3.4.38, 3.5.23 and 3.6.5 on; GODEBUG=tlsmlkem=0 and --tls-curve-preferences (1.36+) switch it off',
  remediation:
    'Upgrade to Kubernetes 1.33 and etcd 3.5.23, 3.6.5 or later, and take tlsmlkem=0 out of GODEBUG in the `env` of the manifest; clients need Go 1.24, OpenSSL 3.5 or later.',
  references: [
    ...REFERENCES,
    { id: 'kubernetes.io pqc-in-k8s', url: 'https://kubernetes.io/blog/2025/07/18/pqc-in-k8s/' },
  ],
  evaluate: ({ node, path }) => {
    const names = endsOf(path);
    const ends = names.flatMap((name) => component(node, name) ?? []);
    const lacking = names.find((name) => !node.components.has(name));
    if (lacking !== undefined) return notAssessed(`${notInInput(lacking, node)}.`);
    const versionless = ends.find(({ version }) => version === undefined);
    if (versionless !== undefined) return notAssessed(`The version of ${versionless.name} is not known.`);
    const shown = ends.flatMap((owner) => [
      ...(canChoose(owner) ? [evidence(owner, settingName(owner.name))] : []),
      ...(owner.environment.has('GODEBUG') ? [godebugEvidence(owner)] : []),
    ]);
    const etcd = ends.find(({ name }) => name === 'etcd');
    if (etcd !== undefined && maxTLSVersion('etcd', versionOf(etcd), text(etcd, 'tls-max-version')) === '1.2') {
      return pass(`etcd speaks TLS 1.2 at most, which has no hybrid key exchange; ${CERTIFICATES}.`, shown);
    }
    const sides = ends.map((owner) => ({
      owner,
      groups: groupsOf(owner, ends.length > 1 && owner.name === 'kube-apiserver' ? 'client' : 'server'),
    }));
    const without = sides.find(({ groups }) => groups.every((group) => !group.hybrid));
    if (without !== undefined) {
      return pass(
        `No hybrid key exchange: ${whyNone(without.owner, without.groups)}, so what is recorded today can be read with a quantum computer later.`,
        shown,
      );
    }
    const common = (sides[0]?.groups ?? []).filter(
      ({ id, hybrid }) => hybrid && sides.every(({ groups }) => groups.some((group) => group.id === id)),
    );
    return pass(
      ends.length > 1
        ? `Keys are exchanged with ${named(common.slice(0, 1))}, which withstands a quantum computer; ${CERTIFICATES}.`
        : `The API server takes ${named(common)} from clients that have one of them; ${CERTIFICATES}.`,
      shown,
    );
  },
};
