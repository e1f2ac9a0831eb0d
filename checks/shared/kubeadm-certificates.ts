/** What a kubeadm configuration says of certificates: those that are there, and those that it would make. */
import type { Kubeconfig } from '../../src/model/kubeconfig.ts';
import type { ComponentName } from '../../src/model/component.ts';
import type { NamedCertificate, WrittenName, WrittenValue } from '../../src/model/kubeadm.ts';
import type { NodeModel } from '../../src/model/node.ts';
import type { Check, Evidence, Material } from '../../src/model/path.ts';
import { verifyHostname } from '../../src/pki/chain.ts';
import { component } from './access.ts';
import { certificatesOf, settingMaterial, unavailable } from './material.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { fail, notAssessed, pass, warn } from './result.ts';
import { certificateEvidence, enumerate, located } from './words.ts';

const NO_CONFIG = 'No ClusterConfiguration of kubeadm is in the input.';

/** Whether there is a ClusterConfiguration, or a file that may hold one and could not be read. */
function hasCluster({ kubeadm }: NodeModel): boolean {
  return kubeadm !== undefined && (kubeadm.has.cluster || kubeadm.unread.length > 0);
}

function writtenEvidence(field: string, { value, file, line }: WrittenValue): Evidence {
  return { setting: field, value, origin: 'config-file', file, ...(line === undefined ? {} : { line }) };
}

/** A certificate whose names the ClusterConfiguration has, and how kubeadm makes it. */
interface Named {
  readonly certificate: NamedCertificate;
  readonly owner: ComponentName;
  readonly setting: string;
  /** `API server`. */
  readonly what: string;
  /** Fields that name them, for a sentence. */
  readonly fields: string;
  /** Files without their endings, and the phase of `kubeadm init phase certs`. */
  readonly pair: string;
  readonly phase: string;
}

/** Source: cmd/kubeadm/app/phases/certs/renewal/manager.go: a renewed certificate takes the names of the old one. */
function namesDrift({ certificate, owner, setting, what, fields, pair, phase }: Named): Check {
  const namesOf = ({ kubeadm }: NodeModel): readonly WrittenName[] => kubeadm?.certificateNames[certificate] ?? [];
  const served = (node: NodeModel): Material | undefined => {
    const holder = component(node, owner);
    return holder === undefined ? undefined : settingMaterial(node, holder, setting);
  };
  return {
    id: 'pki-kubeadm-config-drift',
    title: `The ${what} certificate has the names that the kubeadm configuration wants`,
    severity: 'medium',
    impact: 'availability',
    versions: 'all',
    remediation: `Move ${pair}.{crt,key} away, run \`kubeadm init phase certs ${phase} --config <file>\` with the ClusterConfiguration, and restart the ${what}: \`kubeadm certs renew\` and \`kubeadm upgrade\` keep the names of the old certificate.`,
    references: [
      kubernetesDocs('tasks/administer-cluster/kubeadm/kubeadm-certs/'),
      kubernetesSource('cmd/kubeadm/app/phases/certs/renewal/manager.go'),
    ],
    notApplicable: ({ node }) => {
      const { kubeadm } = node;
      if (!hasCluster(node) || kubeadm === undefined) return NO_CONFIG;
      if (kubeadm.unread.length === 0 && namesOf(node).length === 0) {
        return `The kubeadm configuration names no ${fields}.`;
      }
      return kubeadm.planned.size === 0 && kubeadm.unread.length === 0 && unavailable(served(node)) !== undefined
        ? 'kubeadm has not made the certificate yet, and makes it with these names.'
        : undefined;
    },
    evaluate: ({ node }) => {
      const names = namesOf(node);
      if (names.length === 0) return notAssessed(node.kubeadm?.unread[0] ?? NO_CONFIG);
      const material = served(node);
      const leaf = certificatesOf(material)[0];
      const wanted = names.map((name) => writtenEvidence(name.field, name));
      if (leaf === undefined) {
        return notAssessed(`${unavailable(material) ?? `The certificate of the ${what} is not in the input`}.`, wanted);
      }
      // A wildcard is no name that one dials: any name below it stands for it.
      const lacking = names.filter(({ value }) => !verifyHostname(leaf, value.replace(/^\*\./, 'any.')));
      if (lacking.length === 0) return pass(`${located(leaf)} has every name of the kubeadm configuration.`, wanted);
      return warn(
        `${located(leaf)} does not have ${enumerate(lacking.map(({ value, field }) => `${value} (${field})`))}, which the kubeadm configuration wants: clients that dial it by such a name refuse it, and no renewal adds it.`,
        [certificateEvidence(leaf), ...lacking.map((name) => writtenEvidence(name.field, name))],
        { headline: `certificate lacks ${lacking[0]?.value ?? 'a name'}` },
      );
    },
  };
}

export const servingNamesDrift = namesDrift({
  certificate: 'apiserver',
  owner: 'kube-apiserver',
  setting: 'tls-cert-file',
  what: 'API server',
  fields: 'certSANs and no controlPlaneEndpoint',
  pair: '/etc/kubernetes/pki/apiserver',
  phase: 'apiserver',
});

export const etcdNamesDrift = namesDrift({
  certificate: 'etcd-server',
  owner: 'etcd',
  setting: 'cert-file',
  what: 'etcd',
  fields: 'etcd.local.serverCertSANs',
  pair: '/etc/kubernetes/pki/etcd/server',
  phase: 'etcd-server',
});

export const peerNamesDrift = namesDrift({
  certificate: 'etcd-peer',
  owner: 'etcd',
  setting: 'peer-cert-file',
  what: 'etcd',
  fields: 'etcd.local.peerCertSANs',
  pair: '/etc/kubernetes/pki/etcd/peer',
  phase: 'etcd-peer',
});

const YEAR = 8_760 * 3_600;

/** cmd/kubeadm/app/apis/kubeadm/v1beta4/types.go; up to 1.29 named RSA and ECDSA, from 1.34 with ECDSA-P384. */
const ALGORITHMS = ['RSA-2048', 'RSA-3072', 'RSA-4096', 'ECDSA-P256', 'ECDSA-P384'];

export const certificateSettings: Check = {
  id: 'kubeadm-certificate-settings',
  title: 'The certificates that kubeadm is told to make are short-lived and have known keys',
  severity: 'low',
  impact: 'both',
  versions: 'v1beta4 and v1 (kubeadm 1.31 and later); before, always a year, ten for CAs, RSA-2048',
  remediation:
    'Correct the field in the ClusterConfiguration: certificateValidityPeriod at most 8760h and below caCertificateValidityPeriod, encryptionAlgorithm one of RSA-2048, RSA-3072, RSA-4096, ECDSA-P256 and ECDSA-P384. `kubeadm config validate --config <file>` looks at it; certificates that are there already change with `kubeadm certs renew all`.',
  references: [
    kubernetesDocs('reference/config-api/kubeadm-config.v1beta4/'),
    kubernetesSource('cmd/kubeadm/app/apis/kubeadm/validation/validation.go'),
  ],
  notApplicable: ({ node }) => (hasCluster(node) ? undefined : NO_CONFIG),
  evaluate: ({ node }) => {
    const { kubeadm } = node;
    if (kubeadm === undefined) return [];
    const { certificateValidityPeriod: leaf, caCertificateValidityPeriod: ca, encryptionAlgorithm: keys } = kubeadm;
    if (kubeadm.unread.length > 0) return kubeadm.unread.map((message) => notAssessed(message));
    const findings = [];
    for (const [field, written] of [
      ['certificateValidityPeriod', leaf],
      ['caCertificateValidityPeriod', ca],
    ] as const) {
      if (written === undefined || written.seconds !== undefined) continue;
      findings.push(
        fail(
          `${field} is ${written.value}, which is no duration (8760h): kubeadm refuses the file.`,
          [writtenEvidence(field, written)],
          { severity: 'medium', impact: 'availability', headline: `${field} is invalid` },
        ),
      );
    }
    const leafSeconds = leaf === undefined ? YEAR : leaf.seconds;
    const caSeconds = ca === undefined ? 10 * YEAR : ca.seconds;
    if (leaf !== undefined && leafSeconds !== undefined && leafSeconds > YEAR) {
      findings.push(
        warn(
          `certificateValidityPeriod is ${leaf.value}, more than a year: a key that gets out stays good for that long, since no Kubernetes component looks at revocation lists.`,
          [writtenEvidence('certificateValidityPeriod', leaf)],
          { impact: 'security', headline: `certificates for ${leaf.value}` },
        ),
      );
    }
    const shorter = ca ?? leaf;
    if (shorter !== undefined && leafSeconds !== undefined && caSeconds !== undefined && leafSeconds > caSeconds) {
      findings.push(
        warn(
          'certificateValidityPeriod is longer than caCertificateValidityPeriod: the CA ends first, and with it every certificate that it signed.',
          [writtenEvidence(ca === undefined ? 'certificateValidityPeriod' : 'caCertificateValidityPeriod', shorter)],
          { severity: 'medium', impact: 'availability', headline: 'CA ends before its certificates' },
        ),
      );
    }
    if (keys !== undefined && !ALGORITHMS.includes(keys.value)) {
      findings.push(
        fail(
          `encryptionAlgorithm is ${keys.value}, which kubeadm does not know: it refuses the file.`,
          [writtenEvidence('encryptionAlgorithm', keys)],
          { severity: 'medium', impact: 'availability', headline: 'encryptionAlgorithm is unknown' },
        ),
      );
    }
    return findings.length > 0
      ? findings
      : pass(
          `kubeadm makes certificates that live ${leaf?.value ?? 'a year'}, with ${keys?.value ?? 'RSA-2048'} keys.`,
          [leaf === undefined ? [] : [writtenEvidence('certificateValidityPeriod', leaf)]].flat(),
        );
  },
};

/** Of a row, the documents that decide it. */
export function configAccepted(kinds: readonly string[]): Check {
  return {
    id: 'kubeadm-config-accepted',
    title: 'kubeadm of the version takes its configuration',
    severity: 'medium',
    impact: 'availability',
    versions: 'v1beta2 up to 1.26, v1beta3 from 1.22 to 1.36, v1beta4 from 1.31 on',
    remediation:
      '`kubeadm config migrate --old-config <file> --new-config <file>` with a kubeadm that still reads the old version writes it in the new one; `kubeadm config validate --config <file>` shows what is left.',
    references: [
      kubernetesDocs('reference/setup-tools/kubeadm/kubeadm-config/'),
      kubernetesSource('cmd/kubeadm/app/util/config/common.go'),
    ],
    notApplicable: ({ node }) => (node.kubeadm === undefined ? 'No kubeadm configuration is in the input.' : undefined),
    evaluate: ({ node }) => {
      const { kubeadm } = node;
      if (kubeadm === undefined) return [];
      if (kubeadm.unread.length > 0) return kubeadm.unread.map((message) => notAssessed(message));
      const faults = kubeadm.refusals.filter(({ kind }) => kinds.includes(kind));
      if (faults.length === 0) return pass('No version or shape was found that kubeadm refuses.');
      return faults.map(({ field, message, file, line }) =>
        fail(
          `${file}${line === undefined ? '' : `:${line}`}: ${message}, so kubeadm refuses the file and writes nothing.`,
          [{ setting: field, value: null, origin: 'config-file', file, ...(line === undefined ? {} : { line }) }],
          { headline: `kubeadm refuses ${field}` },
        ),
      );
    },
  };
}

/** The kubeconfig of discovery.file, where the input has it under its path or its name. */
function discoveryFile({ kubeconfigs }: NodeModel, path: string): Kubeconfig | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return kubeconfigs.get(path) ?? (name === '' ? undefined : kubeconfigs.get(`/${name}`));
}

/** Source: cmd/kubeadm/app/discovery/token/token.go, apis/kubeadm/validation/validation.go (ValidateDiscovery). */
export const joinDiscovery: Check = {
  id: 'kubeadm-join-discovery',
  title: 'A node that joins verifies the API server that it joins',
  severity: 'high',
  impact: 'security',
  versions: 'all',
  remediation:
    "Set discovery.bootstrapToken.caCertHashes to the hash of the cluster's CA (`kubeadm token create --print-join-command` prints it) and remove unsafeSkipCAVerification; or use discovery.file with a kubeconfig that carries the CA.",
  references: [
    kubernetesDocs('reference/setup-tools/kubeadm/kubeadm-join/'),
    kubernetesSource('cmd/kubeadm/app/discovery/token/token.go'),
  ],
  notApplicable: ({ node }) =>
    node.kubeadm?.discovery === undefined ? 'No JoinConfiguration of kubeadm is in the input.' : undefined,
  evaluate: ({ node }) => {
    const discovery = node.kubeadm?.discovery;
    if (discovery === undefined) return [];
    const { file, line } = discovery;
    const shown: readonly Evidence[] = [
      {
        setting: 'discovery',
        value: discovery.kind === 'none' ? null : discovery.kind,
        origin: 'config-file',
        file,
        ...(line === undefined ? {} : { line }),
      },
    ];
    if (discovery.kind === 'token') {
      if (discovery.pinned) return pass('The public key of the CA is pinned by caCertHashes.', shown);
      return discovery.skipsVerification
        ? fail(
            'unsafeSkipCAVerification is true and caCertHashes is empty: whoever answers on the address of the API server, and knows the token, can pose as the cluster and take the node over.',
            shown,
            { headline: 'joins without verifying the CA' },
          )
        : fail('The token has no caCertHashes, without which kubeadm refuses to join.', shown, {
            impact: 'availability',
            headline: 'discovery without caCertHashes',
          });
    }
    if (discovery.kind === 'none') {
      return fail('Neither discovery.bootstrapToken nor discovery.file is set: kubeadm refuses to join.', shown, {
        impact: 'availability',
        headline: 'no discovery',
      });
    }
    const kubeconfig = discovery.kubeconfig ?? '';
    const given = discoveryFile(node, kubeconfig);
    if (given?.cluster?.insecureSkipTLSVerify === true) {
      return fail(`${given.file} does not verify the API server: the node joins whoever answers.`, shown, {
        headline: 'discovery file verifies nothing',
      });
    }
    if (given?.cluster?.certificateAuthority !== undefined) {
      return pass(`${given.file} carries the CA of the cluster.`, shown);
    }
    return /^http:/i.test(kubeconfig)
      ? fail(
          `${kubeconfig} is fetched in plain text: whoever is on the way decides which cluster the node joins.`,
          shown,
          {
            headline: 'discovery file over plain http',
          },
        )
      : notAssessed(
          `Whether ${kubeconfig === '' ? 'the file of discovery.file' : kubeconfig} carries the CA of the cluster, it alone tells: give it as a further input.`,
          shown,
        );
  },
};
