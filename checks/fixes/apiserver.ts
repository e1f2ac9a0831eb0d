/** Fixes by flags of kube-apiserver. */
import type { FixRule } from '../../src/model/fix.ts';
import { component, isSet, list, text } from '../shared/access.ts';
import { removal, setting, STRONG_SUITES } from './shared.ts';

const APISERVER = 'kube-apiserver';

/** The CA that signs certificates of kubelets is the cluster's, unless signing was split up. */
const kubeletCA: FixRule = ({ node }) => {
  const apiserver = component(node, APISERVER);
  if (apiserver === undefined || !isSet(apiserver, 'client-ca-file')) return undefined;
  return {
    component: APISERVER,
    set: { 'kubelet-certificate-authority': text(apiserver, 'client-ca-file') },
    before: [
      'On every node the kubelet serves a certificate of that CA, for the address that the API server dials: `kubectl get csr` shows none pending, and `openssl s_client -connect <node>:10250 </dev/null | openssl x509 -noout -issuer -ext subjectAltName` names both.',
    ],
    after: ['`kubectl logs` and `kubectl exec` work on every node.'],
  };
};

const nodeRestriction: FixRule = ({ node }) => {
  const apiserver = component(node, APISERVER);
  if (apiserver === undefined) return undefined;
  const plugins = list(apiserver, 'enable-admission-plugins').filter((name) => name !== '');
  const disabled = list(apiserver, 'disable-admission-plugins').filter(
    (name) => name !== 'NodeRestriction' && name !== '',
  );
  return {
    component: APISERVER,
    set: {
      'enable-admission-plugins': [...plugins.filter((name) => name !== 'NodeRestriction'), 'NodeRestriction'],
      ...(isSet(apiserver, 'disable-admission-plugins')
        ? { 'disable-admission-plugins': disabled.length === 0 ? null : disabled }
        : {}),
    },
  };
};

/** Authorizers that stay where they are: their files are refused without them, and which one is asked first decides. */
const KEPT: readonly string[] = ['Node', 'RBAC', 'Webhook', 'ABAC'];

function authorizers(current: readonly string[]): readonly string[] {
  const replaced = current.map((mode) => (mode === 'AlwaysAllow' ? 'RBAC' : mode));
  const kept = [...new Set(replaced)].filter((mode) => KEPT.includes(mode));
  const withRBAC = kept.includes('RBAC') ? kept : [...kept, 'RBAC'];
  return withRBAC.includes('Node') ? withRBAC : withRBAC.flatMap((mode) => (mode === 'RBAC' ? ['Node', mode] : [mode]));
}

/** A file of authorizers is mended in the file. */
const authorization: FixRule = ({ node }) => {
  const apiserver = component(node, APISERVER);
  if (apiserver === undefined || isSet(apiserver, 'authorization-config')) return undefined;
  const current = list(apiserver, 'authorization-mode');
  return {
    component: APISERVER,
    set: { 'authorization-mode': authorizers(current) },
    before: current.includes('AlwaysAllow')
      ? [
          'RBAC has roles for whoever worked only because everything was allowed: `kubectl get clusterrolebindings -o wide` shows them.',
        ]
      : [],
    // AlwaysAllow had switched anonymous requests off; now RBAC decides on them as on any stock cluster.
    expected: ['apiserver-anonymous-auth'],
  };
};

/** Whoever the file lets in is locked out. */
function without(flag: string, credential: string): FixRule {
  return setting(
    APISERVER,
    { [flag]: null },
    {
      before: [
        `Whoever comes in with ${credential} of that file has another credential, kubelets that join with one too: the names are in its columns, and what they do is in the audit log.`,
      ],
    },
  );
}

export const APISERVER_FIXES: Readonly<Record<string, FixRule>> = {
  'apiserver-kubelet-ca-set': kubeletCA,
  'apiserver-node-restriction': nodeRestriction,
  'apiserver-authorization-mode': authorization,
  'apiserver-tls-min-version': setting(APISERVER, { 'tls-min-version': 'VersionTLS12' }),
  'apiserver-cipher-suites': setting(APISERVER, { 'tls-cipher-suites': STRONG_SUITES }),
  'apiserver-cipher-http2-required': setting(APISERVER, { 'tls-cipher-suites': STRONG_SUITES }),
  'apiserver-debug-socket': removal(APISERVER, 'debug-socket-path'),
  'apiserver-token-auth-file': without('token-auth-file', 'a token'),
  'apiserver-basic-auth-file': without('basic-auth-file', 'a password'),
  'apiserver-insecure-port': setting(
    APISERVER,
    { 'insecure-port': 0, 'insecure-bind-address': null },
    { before: ['Nothing dials the port any more: kubeconfigs with an http:// server, health checks, scripts.'] },
  ),
  'sa-lookup': removal(APISERVER, 'service-account-lookup'),
};
