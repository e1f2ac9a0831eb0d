/** Istio: what its proxies demand, and what its clients are told not to do. */
import type { ClusterModel, ClusterPod } from '../../../src/model/cluster.ts';
import type { Check, Finding } from '../../../src/model/path.ts';
import { notAssessed, pass, warn } from '../result.ts';
import { effectiveMode, isWide, meshOf, pastIstio, rootNamespaces } from './mesh.ts';
import { called, EXPORT, few, objectEvidence, ofCluster, unknownKinds } from './objects.ts';
import { istioDocs, sourceOf } from './references.ts';
import { ownersOf, subjectsOf } from './subjects.ts';

const PEER = 'security.istio.io/PeerAuthentication';
const PEER_DOCS = istioDocs('reference/config/security/peer_authentication/');

/** Whether anything of Istio is in the input: its proxies, its settings, or what is written for it. */
function hasIstio({ settings, peerAuthentications, destinationRules, workloads, pods }: ClusterModel): boolean {
  const isIstio = ({ containers }: ClusterPod): boolean =>
    containers.some(({ name, image }) => name === 'istio-proxy' || /(?:^|\/)pilot(?=[:@]|$)/.test(image));
  return (
    settings.istio.length > 0 ||
    peerAuthentications.length > 0 ||
    destinationRules.length > 0 ||
    [...workloads, ...pods].some(isIstio)
  );
}

function ofIstio(check: Parameters<typeof ofCluster>[0]): Check {
  const made = ofCluster(check);
  return {
    ...made,
    notApplicable: (context) => {
      const { cluster } = context.node;
      return cluster !== undefined && !hasIstio(cluster)
        ? 'Nothing of Istio is in the export.'
        : made.notApplicable?.(context);
    },
  };
}

/** Objects that say less than they seem to. */
function misleading(cluster: ClusterModel): readonly Finding[] {
  const roots = rootNamespaces(cluster);
  return cluster.peerAuthentications.flatMap((one): readonly Finding[] => {
    const weaker = [...one.ports].filter(([, mode]) => mode === 'DISABLE' || mode === 'PERMISSIVE');
    if (isWide(one) && weaker.length > 0) {
      return [
        warn(
          `${called(one)} is to switch mutual TLS to ${few(weaker.map(([port, mode]) => `${mode} on port ${port}`))}, but has no selector, without which Istio passes over portLevelMtls: what it says and what holds differ, and with a selector those ports would take plaintext.`,
          [
            objectEvidence(
              one,
              weaker.map(([port, mode]) => `${port}: ${mode}`),
              'portLevelMtls',
            ),
          ],
          { severity: 'low', headline: `${one.namespace}/${one.name}: port exception without selector` },
        ),
      ];
    }
    return roots.has(one.namespace) && !isWide(one)
      ? [
          warn(
            `${called(one)} has a selector and lies in the root namespace, where Istio passes over it.`,
            [objectEvidence(one, one.mode, 'mtls.mode')],
            { severity: 'low', headline: `${one.name} has no effect` },
          ),
        ]
      : [];
  });
}

const mode: Check = ofIstio({
  id: 'istio-mtls-mode',
  title: 'Istio demands mutual TLS of whoever dials a pod',
  severity: 'medium',
  impact: 'security',
  versions: 'all; unset means PERMISSIVE, which takes plaintext as well; in ambient mode DISABLE is no more than that',
  remediation:
    'Set a PeerAuthentication without selector and with `mtls: {mode: STRICT}` in each namespace once all its clients are in the mesh, then in the root namespace (istio-system); `istioctl experimental describe pod <name>` shows what holds.',
  references: [PEER_DOCS, sourceOf('istio/istio', 'pilot/pkg/security/authn/policy_applier.go', 'master')],
  judge: (cluster) => {
    const unknown = unknownKinds(cluster, PEER);
    if (unknown !== undefined) return unknown;
    const weak = [...subjectsOf(cluster)].flatMap(([namespace, pods]): readonly Finding[] => {
      const inMesh = pods.filter((pod) => meshOf(cluster, pod)?.startsWith('Istio') === true);
      const judged = inMesh.map((pod) => ({ pod, ...effectiveMode(cluster, pod), mesh: meshOf(cluster, pod) }));
      const plain = judged.filter(({ mode: found }) => found !== 'STRICT');
      const strict = judged.filter(({ mode: found }) => found === 'STRICT');
      const ports = strict.filter((one) => one.ports.size > 0);
      const past = strict.filter(({ pod, mesh }) => mesh === 'Istio' && pastIstio(pod) !== undefined);
      // What redirects to ztunnel cannot be switched off by a mode, so that mutual TLS is taken all the same.
      const isPlainOnly = ({ mode: found, mesh }: (typeof judged)[number]): boolean =>
        found === 'DISABLE' && mesh !== 'Istio ambient';
      const kinds = new Map(plain.map((one) => [`${one.mode} ${isPlainOnly(one)}`, one] as const));
      return [
        ...[...kinds.values()].map((kind) => {
          const { mode: found, by } = kind;
          const onlyPlain = isPlainOnly(kind);
          const own = plain.filter((one) => one.mode === found && isPlainOnly(one) === onlyPlain);
          const why = by === undefined ? 'no PeerAuthentication sets a mode' : `${called(by)} says so`;
          return warn(
            `In namespace ${namespace} ${few(ownersOf(own.map(({ pod }) => pod)), 4)} ${onlyPlain ? 'take plaintext only' : 'take plaintext as well as mutual TLS'} (${found}; ${why}).`,
            by === undefined ? [] : [objectEvidence(by, by.mode, 'mtls.mode')],
            { severity: onlyPlain ? 'high' : 'medium', headline: `${namespace}: ${found}` },
          );
        }),
        ...past.map(({ pod }) =>
          warn(
            `In namespace ${namespace} ${few(ownersOf([pod]))} take ${pastIstio(pod) ?? ''} past the proxy, where no mutual TLS is demanded.`,
            [objectEvidence(pod, pastIstio(pod) ?? null, 'traffic.sidecar.istio.io')],
            { headline: `${namespace}: ports past the proxy` },
          ),
        ),
        ...ports.map(({ pod, ports: own }) =>
          warn(
            `In namespace ${namespace} ${few(ownersOf([pod]))} take plaintext on ${few([...own].map(([port, found]) => `port ${port} (${found})`))}.`,
            [],
            { headline: `${namespace}: ports without mutual TLS` },
          ),
        ),
      ];
    });
    const findings = [...weak, ...misleading(cluster)];
    if (findings.length > 0) return findings;
    const strict = cluster.peerAuthentications.filter((one) => one.mode === 'STRICT');
    const isAny = [...subjectsOf(cluster).values()].flat().some((pod) => meshOf(cluster, pod)?.startsWith('Istio'));
    // A label of the namespace puts its pods into the mesh in ambient mode.
    const noNamespaces = isAny ? undefined : unknownKinds(cluster, 'Namespace');
    if (noNamespaces !== undefined) return noNamespaces;
    return pass(
      strict.length === 0 || !isAny
        ? 'No pod in the input is in the mesh of Istio.'
        : `Every pod in the mesh takes mutual TLS only, by ${few(strict.map(called), 3)}.`,
      strict.slice(0, 5).map((one) => objectEvidence(one, one.mode, 'mtls.mode')),
    );
  },
});

/** Source: istio/api mesh/v1alpha1/config.proto (TLSProtocol), TLS_AUTO is 1.2 at the least. */
const minTLS: Check = ofIstio({
  id: 'istio-min-tls',
  title: 'Proxies of Istio speak no TLS below 1.2 among themselves',
  severity: 'low',
  impact: 'security',
  versions: 'all; unset means TLS 1.2 at the least',
  remediation:
    'Set `meshMTLS.minProtocolVersion: TLSV1_3` or `TLSV1_2` in the mesh configuration (`kubectl -n istio-system edit configmap istio`, or `istioctl install --set meshConfig.meshMTLS.minProtocolVersion=TLSV1_3`), and restart istiod.',
  references: [
    istioDocs('tasks/security/tls-configuration/workload-min-tls-version/'),
    sourceOf('istio/api', 'mesh/v1alpha1/config.proto', 'master'),
  ],
  judge: ({ settings: { istio } }) => {
    if (istio.length === 0) {
      return notAssessed('The mesh configuration (ConfigMap istio) is not in the input.', [], { remediation: EXPORT });
    }
    return istio.map((one) => {
      const version = one.minProtocolVersion;
      const shown = [objectEvidence(one, version ?? null, 'meshMTLS.minProtocolVersion')];
      if (version === undefined || version === 'TLS_AUTO') return pass('Unset, so that TLS 1.2 is the least.', shown);
      return /^TLSV1_[23]$/.test(version)
        ? pass(`The least is ${version}.`, shown)
        : warn(`${called(one)} sets the lowest TLS version to ${version}.`, shown, { headline: `Istio: ${version}` });
    });
  },
});

const destination: Check = ofIstio({
  id: 'istio-destination-tls',
  title: 'No DestinationRule switches mutual TLS of the mesh off',
  severity: 'medium',
  impact: 'both',
  versions: 'all; without a DestinationRule clients in the mesh use mutual TLS by themselves',
  remediation:
    'Remove `trafficPolicy.tls` from the DestinationRule (clients then use mutual TLS by themselves), or set `mode: ISTIO_MUTUAL`: `kubectl edit destinationrule <name>`. A server outside of the mesh that speaks TLS wants `mode: SIMPLE` with `caCertificates`.',
  references: [istioDocs('reference/config/networking/destination-rule/'), istioDocs('concepts/security/')],
  judge: (cluster) => {
    const unknown = unknownKinds(cluster, 'networking.istio.io/DestinationRule');
    if (unknown !== undefined) return unknown;
    const findings = cluster.destinationRules.flatMap((one) =>
      one.tls.flatMap(({ where, mode: found, skipsVerification }): readonly Finding[] => {
        const shown = [objectEvidence(one, found, `${where}: tls.mode`)];
        if (found === 'DISABLE') {
          return [
            warn(
              `${called(one)} has clients in the mesh dial ${one.host} in plaintext (${where}); a server that demands mutual TLS refuses them.`,
              shown,
              { headline: `${one.host} dialled in plaintext` },
            ),
          ];
        }
        return skipsVerification
          ? [
              warn(`${called(one)} has clients dial ${one.host} without verifying it (${where}).`, shown, {
                headline: `${one.host} not verified`,
              }),
            ]
          : [];
      }),
    );
    return findings.length > 0 ? findings : pass('No DestinationRule switches mutual TLS off.');
  },
});

export const ISTIO_CHECKS: readonly Check[] = [mode, minTLS, destination];
