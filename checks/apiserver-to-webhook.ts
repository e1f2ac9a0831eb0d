import type { Component } from '../src/model/component.ts';
import type { NodeModel } from '../src/model/node.ts';
import type { Check, KubeconfigUse, PathDefinition } from '../src/model/path.ts';
import { component, evidences, isSet, requireComponent, text } from './shared/access.ts';
import { inCluster, noApiserver } from './shared/elsewhere.ts';
import { insecureSkip, serverHTTPS } from './shared/kubeconfig.ts';
import { kubeconfigAt, kubeconfigOfSetting } from './shared/material.ts';
import { kubernetesDocs, kubernetesSource } from './shared/references.ts';
import { notAssessed } from './shared/result.ts';
import { enumerate } from './shared/words.ts';

/** Flags that name a kubeconfig for a webhook. */
const KUBECONFIG_FLAGS = ['authentication-token-webhook-config-file', 'authorization-webhook-config-file'];

const ADMISSION_FLAG = 'admission-control-config-file';

function usesOf(node: NodeModel, apiserver: Component): readonly KubeconfigUse[] {
  const config = node.authorizationConfig;
  const authorizers = config.state === 'read' ? config.config.authorizers : [];
  return [
    ...KUBECONFIG_FLAGS.flatMap((flag) => kubeconfigOfSetting(node, apiserver, flag, 'webhook') ?? []),
    ...authorizers.flatMap(({ kubeconfig }) => {
      if (kubeconfig === undefined) return [];
      const translated = apiserver.nodePath(kubeconfig);
      return [kubeconfigAt(node, 'notMounted' in translated ? kubeconfig : translated.path, 'webhook')];
    }),
  ];
}

/** The objects are in the cluster's API, which no file of a node shows, so the row never passes on files alone. */
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
    const apiserver = requireComponent(node, 'kube-apiserver');
    const flags = [...KUBECONFIG_FLAGS, ADMISSION_FLAG].filter((flag) => isSet(apiserver, flag));
    const named = [
      ...flags.map((flag) => `--${flag} names ${text(apiserver, flag)}`),
      ...facts.kubeconfigs
        .filter(({ evidence }) => evidence.setting === 'kubeconfig')
        .map(({ file }) => `--authorization-config leads to ${file}`),
    ];
    const unread = facts.kubeconfigs.flatMap(({ unavailable }) => unavailable ?? []);
    return notAssessed(
      [
        `${enumerate(named)}.`,
        ...unread.map((why) => `${why.replace(/\.$/, '')}: supply it.`),
        ...(isSet(apiserver, ADMISSION_FLAG) ? [`This version does not judge what --${ADMISSION_FLAG} names.`] : []),
        'Admission and conversion webhooks are objects of the cluster, which no file of a node shows: look at `kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml`.',
      ].join(' '),
      evidences(apiserver, ...flags),
      { headline: 'webhook objects not in the input' },
    );
  },
};

export const path: PathDefinition = {
  id: 'apiserver-to-webhook',
  title: 'API server to webhooks',
  client: 'kube-apiserver',
  server: 'admission, conversion, authentication and authorization webhooks',
  description:
    'The API server sends objects, tokens and access reviews to webhooks. It verifies them with the caBundle of the webhook configuration, or by the kubeconfig that a flag names, and rarely authenticates itself.',
  applicability: (node) => {
    const apiserver = component(node, 'kube-apiserver');
    if (apiserver === undefined) return noApiserver(node);
    return usesOf(node, apiserver).length > 0 || isSet(apiserver, ADMISSION_FLAG)
      ? { kind: 'applies' }
      : inCluster('webhook configurations and custom resource conversions (caBundle)');
  },
  facts: (node) => {
    const kubeconfigs = usesOf(node, requireComponent(node, 'kube-apiserver'));
    const clusters = kubeconfigs.map(({ kubeconfig }) => kubeconfig?.cluster);
    const isPlain = clusters.some((cluster) => cluster?.scheme === 'http');
    const isUnverified = isPlain || clusters.some((cluster) => cluster?.insecureSkipTLSVerify === true);
    return {
      encrypted: isPlain ? 'no' : 'unknown',
      serverVerified: isUnverified ? 'no' : 'unknown',
      clientAuthenticated: 'unknown',
      minTLSVersion: 'unknown',
      presented: [],
      kubeconfigs,
    };
  },
  checks: [serverHTTPS, insecureSkip, webhookObjects],
};
