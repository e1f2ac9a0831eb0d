import type { PathDefinition } from '../src/model/path.ts';
import { component } from './shared/access.ts';
import { noApiserver, onlyWithFlags, undecided } from './shared/elsewhere.ts';
import { settles } from './shared/unread.ts';

export const path: PathDefinition = undecided({
  id: 'apiserver-to-oidc',
  title: 'API server to OpenID Connect issuer',
  client: 'kube-apiserver',
  server: 'OpenID Connect issuer',
  description:
    "The API server fetches the issuer's keys to verify tokens; whoever can answer in its place can sign tokens for anybody. The binary insists on https; the CA is --oidc-ca-file, certificateAuthority in the AuthenticationConfiguration, or the host's public CAs.",
  applicability: (node) => {
    if (component(node, 'kube-apiserver') === undefined) return noApiserver(node);
    const config = node.authenticationConfig;
    if (config.state === 'unreadable') {
      return {
        kind: 'not-assessed',
        reason: `${config.message}.`,
        supply: settles(config),
      };
    }
    if (config.state === 'read' && config.config.jwtIssuers.length > 0) {
      return {
        kind: 'not-assessed',
        reason: `${config.config.file} names the issuer ${config.config.jwtIssuers.join(', ')}.`,
        supply: "This version does not judge issuers yet: look at the issuer's CA and its end by hand.",
      };
    }
    return onlyWithFlags(node, ['oidc-issuer-url'], 'OpenID Connect');
  },
});
