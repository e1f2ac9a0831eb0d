import type { Component } from '../src/model/component.ts';
import type { NodeModel } from '../src/model/node.ts';
import type { Check, Finding, KubeconfigUse, PathDefinition } from '../src/model/path.ts';
import type { Answer } from '../src/model/status.ts';
import { component, evidences, isSet, requireComponent, text } from './shared/access.ts';
import { configFileCheck } from './shared/apiserver-files.ts';
import { judgeWebhookObjects, webhookAnswers, WEBHOOK_CHECKS } from './shared/cluster/webhooks.ts';
import { withCluster } from './shared/cluster/with-cluster.ts';
import { inCluster, noApiserver } from './shared/elsewhere.ts';
import { insecureSkip, kubeconfigReadable, serverHTTPS } from './shared/kubeconfig.ts';
import { kubeconfigAt, kubeconfigOfSetting } from './shared/material.ts';
import { factsOfKubeconfigs, hasCredential, webhookCA } from './shared/outbound.ts';
import { PKI_CHECKS } from './shared/pki.ts';
import { kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { notAssessed, pass, warn } from './shared/result.ts';
import { authorizationFailure, imagePolicyFailure } from './shared/webhook-failure.ts';
import { combine } from './shared/verdict.ts';
import { enumerate } from './shared/words.ts';

/** Flags that name a kubeconfig for a webhook. */
const KUBECONFIG_FLAGS = ['authentication-token-webhook-config-file', 'authorization-webhook-config-file'];

const ADMISSION_FLAG = 'admission-control-config-file';

/** The plugins whose kubeconfig names one server; that of the admission webhooks has a user for each host, and no server. */
const WITH_SERVER = ['ImagePolicyWebhook'];

function usesOf(node: NodeModel, apiserver: Component): readonly KubeconfigUse[] {
  const { authorizationConfig: authorization, admissionConfig: admission } = node;
  const named = [
    ...(authorization.state === 'read' ? authorization.config.authorizers.map(({ kubeconfig }) => kubeconfig) : []),
    ...(admission.state === 'read'
      ? admission.config.kubeconfigs.map(({ plugin, path: file }) => (WITH_SERVER.includes(plugin) ? file : undefined))
      : []),
  ];
  return [
    ...KUBECONFIG_FLAGS.flatMap((flag) => kubeconfigOfSetting(node, apiserver, flag, 'webhook') ?? []),
    ...named.flatMap((file) => {
      if (file === undefined) return [];
      const translated = apiserver.nodePath(file);
      return [kubeconfigAt(node, 'notMounted' in translated ? file : translated.path, 'webhook')];
    }),
  ];
}

const admissionFile = configFileCheck(
  {
    id: 'admission-config-valid',
    title: 'The API server takes its admission configuration',
    versions: 'all',
    references: [
      kubernetesSource('staging/src/k8s.io/apiserver/pkg/admission/config.go'),
      kubernetesDocs('reference/access-authn-authz/extensible-admission-controllers/'),
    ],
  },
  { flag: ADMISSION_FLAG, config: ({ admissionConfig }) => admissionConfig },
);

const webhookClient: Check = {
  id: 'webhook-client-auth',
  title: 'The API server authenticates itself to authentication and authorization webhooks',
  severity: 'low',
  impact: 'security',
  versions: 'all; a kubeconfig without a user means that the webhook answers anybody',
  remediation:
    'Give the user of the kubeconfig `client-certificate` and `client-key`, or a `token`, that the webhook demands, so that nobody else can ask it about tokens and rights.',
  references: [
    kubernetesDocs('reference/access-authn-authz/webhook/'),
    kubernetesDocs('reference/access-authn-authz/authentication/'),
  ],
  notApplicable: ({ facts }) => (facts.kubeconfigs.length > 0 ? undefined : 'No kubeconfig is used on this path.'),
  evaluate: ({ facts }) =>
    facts.kubeconfigs.flatMap((use): readonly Finding[] => {
      if (use.kubeconfig === undefined) return [notAssessed(`${use.unavailable ?? use.file}.`, [use.evidence])];
      if (use.kubeconfig.cluster?.scheme !== 'https') return [];
      return [
        hasCredential(use.kubeconfig.user)
          ? pass(`${use.file} has a credential for the webhook.`, [use.evidence])
          : warn(
              `${use.file} has no credential, so the webhook cannot tell the API server from anybody else.`,
              [use.evidence],
              {
                headline: 'no credential for the webhook',
              },
            ),
      ];
    }),
};

/** The objects are in the cluster's API: without an export of them the row never passes. */
const webhookObjects: Check = {
  id: 'webhook-objects',
  title: 'Every admission and conversion webhook is verified with a CA',
  severity: 'medium',
  impact: 'security',
  versions: 'all',
  remediation:
    'Give every webhook in ValidatingWebhookConfigurations, MutatingWebhookConfigurations and CustomResourceDefinitions a `caBundle` (cert-manager keeps it up to date with the annotation cert-manager.io/inject-ca-from).',
  references: [
    kubernetesDocs('reference/access-authn-authz/extensible-admission-controllers/'),
    kubernetesDocs('reference/access-authn-authz/webhook/'),
    kubernetesSource('staging/src/k8s.io/apiserver/pkg/util/webhook/webhook.go'),
  ],
  evaluate: ({ node, facts }) => {
    if (node.cluster !== undefined) return judgeWebhookObjects(node.cluster);
    const apiserver = requireComponent(node, 'kube-apiserver');
    const flags = [...KUBECONFIG_FLAGS, ADMISSION_FLAG].filter((flag) => isSet(apiserver, flag));
    const named = [
      ...flags.map((flag) => `--${flag} names ${text(apiserver, flag)}`),
      ...facts.kubeconfigs
        .filter(({ evidence }) => evidence.setting === 'kubeconfig')
        .map(({ file }) => `a configuration file leads to ${file}`),
      ...admissionNotes(node),
    ];
    const unread = facts.kubeconfigs.flatMap(({ unavailable }) => unavailable ?? []);
    return notAssessed(
      [
        `${enumerate(named)}.`,
        ...unread.map((why) => `${why.replace(/\.$/, '')}: supply it.`),
        'Admission and conversion webhooks are objects of the cluster, which no file of a node shows: look at `kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml`.',
      ].join(' '),
      evidences(apiserver, ...flags),
      { headline: 'webhook objects not in the input' },
    );
  },
};

/** What the admission configuration tells of webhooks, as clauses. */
function admissionNotes({ admissionConfig }: NodeModel): readonly string[] {
  if (admissionConfig.state !== 'read') return [];
  const { kubeconfigs, unread } = admissionConfig.config;
  return [
    ...kubeconfigs
      .filter(({ plugin }) => !WITH_SERVER.includes(plugin))
      .map(({ plugin, path: file }) => `${plugin} authenticates to webhooks, host by host, with ${file}`),
    ...unread,
  ];
}

const ofNode: PathDefinition = {
  id: 'apiserver-to-webhook',
  title: 'API server to webhooks',
  client: 'kube-apiserver',
  server: 'admission, conversion, authentication and authorization webhooks',
  description:
    'The API server sends objects, tokens and access reviews to webhooks. It verifies them with the caBundle of the webhook configuration, or by the kubeconfig that a flag names, and rarely authenticates itself.',
  applicability: (node) => {
    const apiserver = component(node, 'kube-apiserver');
    if (apiserver === undefined) return noApiserver(node);
    return node.cluster !== undefined || usesOf(node, apiserver).length > 0 || isSet(apiserver, ADMISSION_FLAG)
      ? { kind: 'applies' }
      : inCluster('webhook configurations and custom resource conversions (caBundle)');
  },
  facts: (node) => {
    const facts = factsOfKubeconfigs(node, usesOf(node, requireComponent(node, 'kube-apiserver')));
    const objects: Answer = node.cluster === undefined ? 'unknown' : webhookAnswers(node.cluster, node).verified;
    // Webhooks that are objects of the cluster are always dialled with TLS, and show the API server no certificate.
    const uses = facts.kubeconfigs.length > 0;
    const atBest = (answer: Answer, others: Answer): Answer => (uses ? combine([answer, others]) : others);
    return {
      ...facts,
      encrypted: atBest(facts.encrypted, node.cluster === undefined ? 'unknown' : 'yes'),
      serverVerified: atBest(facts.serverVerified, objects),
      clientAuthenticated: 'unknown',
    };
  },
  checks: [
    kubeconfigReadable,
    serverHTTPS,
    insecureSkip,
    webhookCA,
    webhookClient,
    authorizationFailure,
    admissionFile,
    imagePolicyFailure,
    ...PKI_CHECKS,
  ],
};

export const path: PathDefinition = withCluster(ofNode, [webhookObjects, ...WEBHOOK_CHECKS]);
