import type { PathDefinition } from '../src/model/path.ts';
import { component, isSet, requireComponent } from './shared/access.ts';
import { haDrift } from './shared/ha-drift.ts';
import { caKeyPlace, IDLE_KEY } from './shared/ca-key-place.ts';
import { keysOfBundle } from './shared/ca-keys.ts';
import { caReuse } from './shared/ca-reuse.ts';
import { noApiserver } from './shared/elsewhere.ts';
import {
  ALLOWED_NAMES,
  allowedNames,
  caDistinct,
  frontProxyClient,
  headerNames,
  onlyProxiesBelieved,
  overlapBlocksStart,
  PROXY_CERTIFICATE,
  REQUEST_HEADER_CA,
  requestHeaderCA,
} from './shared/front-proxy.ts';
import { flagChecks, minTLSOf } from './shared/listener.ts';
import { PKI_CHECKS } from './shared/pki.ts';
import { trustBundleScope } from './shared/trust-scope.ts';
import { accepted, combine } from './shared/verdict.ts';

const proxyBundle = trustBundleScope({
  owner: 'kube-apiserver',
  setting: REQUEST_HEADER_CA,
  consequence: `can claim to be anybody in a header, with a certificate for a name that --${ALLOWED_NAMES} takes`,
  clients: 'front-proxy',
  // Said by front-proxy-ca-distinct.
  foreignReported: ['cluster'],
});

export const path: PathDefinition = {
  id: 'front-proxy-to-apiserver',
  title: 'Front proxy to API server',
  client: 'front proxy',
  server: 'kube-apiserver',
  description:
    'Whoever shows a certificate from the CA in --requestheader-client-ca-file is taken for a proxy and may say in X-Remote-User and X-Remote-Group for whom it speaks. Another API server uses it that way; anybody else who gets such a certificate is whom they please. So that CA must sign for front proxies only, and --requestheader-allowed-names should name them.',
  applicability: (node) => {
    const apiserver = component(node, 'kube-apiserver');
    if (apiserver === undefined) return noApiserver(node);
    return isSet(apiserver, REQUEST_HEADER_CA)
      ? { kind: 'applies' }
      : {
          kind: 'not-applicable',
          reason: `--${REQUEST_HEADER_CA} is not set: the API server believes no front proxy.`,
        };
  },
  facts: (node) => {
    const apiserver = requireComponent(node, 'kube-apiserver');
    const client = frontProxyClient(node, apiserver);
    return {
      encrypted: 'yes',
      // What a proxy verifies is the proxy's own configuration; this row is about whom the API server believes.
      serverVerified: 'n/a',
      clientAuthenticated: combine([
        onlyProxiesBelieved(node),
        ...(client === undefined ? [] : [accepted(client, node)]),
      ]),
      minTLSVersion: minTLSOf(apiserver),
      presented: client === undefined ? [] : [client],
      kubeconfigs: [],
      privateKeys: keysOfBundle(node, apiserver, REQUEST_HEADER_CA),
    };
  },
  checks: [
    requestHeaderCA,
    allowedNames,
    caDistinct,
    overlapBlocksStart,
    headerNames,
    proxyBundle,
    haDrift({
      authorities: {
        owner: 'kube-apiserver',
        setting: REQUEST_HEADER_CA,
        consequence:
          'the API servers refuse the front proxies of one another, and aggregated API servers trust both CAs, as both are published to them',
        status: 'warn',
      },
      leaves: [{ owner: 'kube-apiserver', setting: PROXY_CERTIFICATE }],
    }),
    caKeyPlace(REQUEST_HEADER_CA, IDLE_KEY),
    caReuse('front-proxy'),
    ...flagChecks('kube-apiserver'),
    ...PKI_CHECKS,
  ],
};
