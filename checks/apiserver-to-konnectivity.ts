/** API server to the proxy that an egress selector sends its connections through. */
import type { EgressSelection, EgressSelectorConfig } from '../src/model/apiserver-config.ts';
import type { ConfigFile, NodeModel } from '../src/model/node.ts';
import type { Check, Finding, Material, PathDefinition, PresentedCertificate, Trust } from '../src/model/path.ts';
import type { Answer } from '../src/model/status.ts';
import { requireComponent } from './shared/access.ts';
import { appliesWithFiles, configFileCheck, fieldEvidence, ofFile } from './shared/apiserver-files.ts';
import type { NamedFile } from './shared/apiserver-files.ts';
import { certificatesOf, fileAt, presentedByFiles } from './shared/material.ts';
import { judgeBundle, verifiesServer } from './shared/outbound.ts';
import { keyCheck, PKI_CHECKS } from './shared/pki.ts';
import { kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { fail, pass } from './shared/result.ts';
import { combine } from './shared/verdict.ts';

const CONFIG = ({ egressSelectorConfig }: NodeModel): ConfigFile<EgressSelectorConfig> => egressSelectorConfig;
const FILE: NamedFile = { flag: 'egress-selector-config-file', config: CONFIG };

const SOURCE = kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/egressselector/config.go');
const DIALER = kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/egressselector/egress_selector.go');
const DOCS = kubernetesDocs('tasks/extend-kubernetes/setup-konnectivity/');

/** What goes through a proxy. */
function proxied({ egressSelectorConfig }: NodeModel): readonly EgressSelection[] {
  return egressSelectorConfig.state === 'read'
    ? egressSelectorConfig.config.selections.filter(({ protocol }) => protocol !== 'Direct')
    : [];
}

function materialOf(node: NodeModel, { position }: EgressSelection, setting: string, path: string): Material {
  const nodeFile = fileAt(node, requireComponent(node, 'kube-apiserver'), path);
  return { file: nodeFile.path, evidence: fieldEvidence(setting, path, position), nodeFile, embedded: false };
}

function trustOf(node: NodeModel, selection: EgressSelection): Trust {
  const { tls, position, name } = selection;
  if (tls === undefined) return { kind: 'none', evidence: fieldEvidence(name, null, position) };
  if (tls.caBundle === undefined) {
    return { kind: 'system-roots', evidence: fieldEvidence('caBundle', null, position) };
  }
  const material = materialOf(node, selection, 'caBundle', tls.caBundle);
  return { kind: 'bundle', material, roots: certificatesOf(material) };
}

function presentedBy(node: NodeModel, selection: EgressSelection): readonly PresentedCertificate[] {
  const { tls, name } = selection;
  if (tls === undefined) return [];
  return [
    presentedByFiles(
      'kube-apiserver',
      materialOf(node, selection, 'clientCert', tls.clientCertificate),
      materialOf(node, selection, 'clientKey', tls.clientKey),
      {
        side: 'client',
        role: `client certificate of kube-apiserver for the egress selection ${name}`,
        trust: { kind: 'unknown', message: 'Which CA the proxy trusts is not in the input' },
        // Whether the proxy takes it is in no file of the node.
        askedBy: { chain: '', key: key.id },
      },
    ),
  ];
}

const file = configFileCheck(
  {
    id: 'egress-config-valid',
    title: 'The API server takes its egress selector configuration',
    versions: '1.18+; unset means that the API server dials directly',
    references: [SOURCE, DOCS],
  },
  FILE,
);

const key = keyCheck({
  id: 'egress-client-key',
  title: 'The client key for the proxy belongs to its certificate',
  remediation:
    'Put certificate and key of one pair into `clientCert` and `clientKey` of the EgressSelectorConfiguration; the API server does not start with two that do not belong together.',
  references: [DIALER, DOCS],
});

const transport: Check = {
  id: 'egress-transport',
  title: 'The API server reaches the egress proxy over a socket or with mutual TLS',
  severity: 'high',
  impact: 'both',
  versions: '1.18+; with http the API server ends in a panic when it starts, https demands a client certificate',
  remediation:
    'Let the API server and the konnectivity server share a unix socket (`transport: {uds: {udsName: ...}}`, mounted into both pods), or write an https url with caBundle, clientCert and clientKey.',
  references: [SOURCE, DIALER, DOCS],
  ...ofFile(
    CONFIG,
    () => undefined,
    (_config, { node }) =>
      proxied(node).map((selection): Finding => {
        const { name, socket, url, position } = selection;
        const shown = [fieldEvidence(name, socket ?? url ?? null, position)];
        if (socket !== undefined) return pass(`${name} goes through the socket ${socket}.`, shown);
        if (selection.tls !== undefined) return pass(`${name} goes through ${url ?? ''} with mutual TLS.`, shown);
        // The url passes the validation, and then the tlsConfig is read that http may not have (getTLSConfig).
        return fail(
          `${name} goes through ${url ?? ''} in plain text: the file is taken, and then every version up to now ends in a nil pointer instead of starting.`,
          shown,
          { headline: 'egress proxy over plain http: does not start' },
        );
      }),
  ),
};

const authority: Check = {
  id: 'egress-ca',
  judgesEnd: 'certificate',
  title: 'The CA with which the API server verifies the egress proxy lasts',
  severity: 'high',
  impact: 'both',
  versions: '1.18+; unset means the public CAs of the image',
  remediation:
    'Put the CA that signs the certificate of the konnectivity server into the file of `caBundle`, for a while beside the old one, and restart the API server.',
  references: [DIALER, DOCS],
  notApplicable: ({ node }) =>
    proxied(node).some(({ tls }) => tls !== undefined) ? undefined : 'No proxy is reached over https.',
  evaluate: ({ node }) =>
    proxied(node)
      .filter(({ tls }) => tls !== undefined)
      .map((selection) =>
        judgeBundle(trustOf(node, selection), node, selection.url ?? '', [
          fieldEvidence(selection.name, selection.url ?? null, selection.position),
        ]),
      ),
};

export const path: PathDefinition = {
  id: 'apiserver-to-konnectivity',
  title: 'API server to konnectivity',
  client: 'kube-apiserver',
  server: 'konnectivity server',
  description:
    'An egress selector sends what the API server dials (nodes, webhooks, etcd) through a proxy: over a unix socket, or over TCP with mutual TLS. What the proxy shows and whom it trusts is in no file that the API server has; its own half is judged.',
  applicability: (node) => {
    const { egressSelectorConfig } = node;
    return egressSelectorConfig.state === 'read' && proxied(node).length === 0
      ? {
          kind: 'not-applicable',
          reason: `${egressSelectorConfig.config.file} sends nothing through a proxy: every selection is Direct.`,
        }
      : appliesWithFiles(node, [FILE], 'An egress selector');
  },
  facts: (node) => {
    const selections = proxied(node);
    const over = (ask: (selection: EgressSelection) => Answer): Answer =>
      selections.length === 0
        ? 'unknown'
        : combine(selections.map((one) => (one.socket === undefined ? ask(one) : 'n/a')));
    return {
      encrypted: over(({ tls }) => (tls === undefined ? 'no' : 'yes')),
      serverVerified: over((one) => verifiesServer(trustOf(node, one), node)),
      clientAuthenticated: over(({ tls }) => (tls === undefined ? 'no' : 'yes')),
      minTLSVersion: selections.length > 0 && selections.every(({ tls }) => tls === undefined) ? 'n/a' : 'unknown',
      presented: selections.flatMap((one) => presentedBy(node, one)),
      kubeconfigs: [],
    };
  },
  checks: [file, transport, authority, key, ...PKI_CHECKS],
};
