/** API server to what takes its audit events and its traces. */
import { isLoopback, splitHostPort } from '../src/config/url.ts';
import type { TracingConfig } from '../src/model/apiserver-config.ts';
import type { ConfigFile, NodeModel } from '../src/model/node.ts';
import type { Check, KubeconfigUse, PathDefinition } from '../src/model/path.ts';
import type { Answer } from '../src/model/status.ts';
import { component, evidence, isSet, requireComponent } from './shared/access.ts';
import { appliesWithFiles, configFileCheck, fieldEvidence, ofFile } from './shared/apiserver-files.ts';
import type { NamedFile } from './shared/apiserver-files.ts';
import { insecureSkip, kubeconfigReadable, serverHTTPS } from './shared/kubeconfig.ts';
import { kubeconfigOfSetting } from './shared/material.ts';
import { factsOfKubeconfigs, webhookCA } from './shared/outbound.ts';
import { PKI_CHECKS } from './shared/pki.ts';
import { kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { pass, warn } from './shared/result.ts';
import { combine } from './shared/verdict.ts';

const AUDIT = 'audit-webhook-config-file';
const TRACING_CONFIG = ({ tracingConfig }: NodeModel): ConfigFile<TracingConfig> => tracingConfig;
const TRACING: NamedFile = { flag: 'tracing-config-file', config: TRACING_CONFIG };

/** Where spans go when the file names no endpoint: go.opentelemetry.io/otel otlptracegrpc. */
const DEFAULT_ENDPOINT = 'localhost:4317';

function usesOf(node: NodeModel): readonly KubeconfigUse[] {
  const apiserver = component(node, 'kube-apiserver');
  const use = apiserver === undefined ? undefined : kubeconfigOfSetting(node, apiserver, AUDIT, 'webhook');
  return use === undefined ? [] : [use];
}

/** Whether the spans leave the machine; undefined where there are none or the file is not known. */
function tracingLeaves({ tracingConfig }: NodeModel): boolean | undefined {
  if (tracingConfig.state !== 'read') return undefined;
  const endpoint = tracingConfig.config.endpoint ?? DEFAULT_ENDPOINT;
  if (/^unix(?:-abstract)?:/.test(endpoint)) return false;
  const host = splitHostPort(endpoint.replace(/^dns:\/\/(?:[^/]*\/)?/, ''))?.host ?? endpoint;
  return !isLoopback(host);
}

const tracingFile = configFileCheck(
  {
    id: 'tracing-config-valid',
    title: 'The API server takes its tracing configuration',
    versions: '1.22+; behind the gate APIServerTracing, on from 1.27',
    references: [kubernetesSource('staging/src/k8s.io/apiserver/pkg/server/options/tracing.go')],
  },
  TRACING,
);

const tracingEndpoint: Check = {
  id: 'tracing-endpoint',
  title: 'Traces do not leave the node in plain text',
  severity: 'low',
  impact: 'security',
  versions: '1.22+; unset means localhost:4317; the export has neither TLS nor authentication in any version',
  remediation:
    'Run an OpenTelemetry collector on the node, set `endpoint` to it (localhost:4317), and let the collector export over TLS.',
  references: [
    kubernetesDocs('concepts/cluster-administration/system-traces/'),
    kubernetesSource('staging/src/k8s.io/component-base/tracing/tracing.go'),
  ],
  ...ofFile(
    TRACING_CONFIG,
    () => undefined,
    ({ endpoint = DEFAULT_ENDPOINT, position }, { node }) => {
      const shown = [
        evidence(requireComponent(node, 'kube-apiserver'), TRACING.flag),
        fieldEvidence('endpoint', endpoint, position),
      ];
      return tracingLeaves(node) === true
        ? warn(
            `The API server sends traces to ${endpoint} in plain text and to whoever answers there: they name requests, users' objects and timing.`,
            shown,
            { headline: 'traces leave the node in plain text' },
          )
        : pass(`Traces go to ${endpoint}, which is on the node.`, shown);
    },
  ),
};

export const path: PathDefinition = {
  id: 'apiserver-to-audit',
  title: 'API server to audit and tracing backends',
  client: 'kube-apiserver',
  server: 'audit webhook, tracing collector',
  description:
    'Audit events carry request bodies, Secrets among them where the policy says so, so the API server has to verify the webhook that takes them; traces are exported without TLS and authentication. Of the webhook only the half of the API server is judged: what the webhook shows is in no file of the node.',
  applicability: (node) =>
    appliesWithFiles(
      node,
      [{ flag: AUDIT, config: () => ({ state: 'unset' }) }, TRACING],
      'An audit webhook or tracing',
    ),
  facts: (node) => {
    const facts = factsOfKubeconfigs(node, usesOf(node));
    const leaves = tracingLeaves(node);
    const tracing = component(node, 'kube-apiserver');
    if (tracing === undefined || !isSet(tracing, TRACING.flag)) return facts;
    const export_: Answer = leaves === undefined ? 'unknown' : leaves ? 'no' : 'n/a';
    const both = (answer: Answer): Answer => (facts.kubeconfigs.length === 0 ? export_ : combine([answer, export_]));
    return {
      ...facts,
      encrypted: both(facts.encrypted),
      serverVerified: both(facts.serverVerified),
      clientAuthenticated: both(facts.clientAuthenticated),
      minTLSVersion: facts.kubeconfigs.length === 0 ? 'n/a' : 'unknown',
    };
  },
  checks: [kubeconfigReadable, serverHTTPS, insecureSkip, webhookCA, tracingFile, tracingEndpoint, ...PKI_CHECKS],
};
