/** Guides to the checks of issuers whose tokens the API server takes. */
import type { CheckGuides } from '../../src/model/guide.ts';
import { APISERVER_STAYS_UP, KEEP_APISERVER_ARGS, ONE_AFTER_THE_OTHER } from './apiserver-steps.ts';
import { RESTART_STATIC_POD } from './steps.ts';

const DISCOVERY =
  '`curl -sS <issuer>/.well-known/openid-configuration` prints the very same URL as issuer, and keys at jwks_uri.';

export const IDENTITY_GUIDES: CheckGuides = {
  'oidc-issuer-https': {
    examined:
      '--oidc-issuer-url, or `jwt[].issuer.url` and `discoveryURL` in the file of --authentication-config: scheme, and from 1.29 on user, query and fragment.',
    consequence:
      'The API server does not start: `jwt[0].issuer.url: Invalid value: "http://…": URL scheme must be https`. If it fetched the keys in plain text, who stands between could give it keys of his own and sign a token for anybody.',
    steps: [
      'Let the issuer serve https, and name itself so in `iss`: tokens that have another URL there are refused.',
      'Write it exactly as in `iss`, with or without the last slash: --oidc-issuer-url in /etc/kubernetes/manifests/kube-apiserver.yaml, or `jwt[].issuer.url`.',
      ONE_AFTER_THE_OTHER,
      KEEP_APISERVER_ARGS,
    ],
    verify: [DISCOVERY, APISERVER_STAYS_UP],
    defaults: { 'kube-apiserver': ['oidc-issuer-url', 'authentication-config'] },
  },
  'oidc-ca': {
    examined:
      'The CA by which the API server verifies an issuer: --oidc-ca-file, or `certificateAuthority` of the issuer in the file of --authentication-config: readable for Go, and how long it lasts.',
    consequence:
      'Everybody who logs in by that issuer gets Unauthorized, while certificates and service accounts go on: `oidc authenticator: initializing plugin: Get "…": x509: certificate signed by unknown authority` every ten seconds after a start. A running API server keeps the keys that it has until the issuer changes them.',
    steps: [
      'See which CA signs the issuer: `openssl s_client -connect <issuer>:443 -servername <issuer> </dev/null 2>/dev/null | openssl x509 -noout -issuer -enddate`.',
      'Put it into the file of --oidc-ca-file, or as PEM into `certificateAuthority`, for a while beside the old one. For a public issuer leave both out.',
      'The file of the flag is read at the start: restart the API server. The AuthenticationConfiguration is read again by itself from 1.30 on.',
      RESTART_STATIC_POD,
    ],
    verify: [
      '`curl -sS --cacert <file> <issuer>/.well-known/openid-configuration` prints the issuer, and no certificate problem.',
      '`kubectl --user=<user of the issuer> get --raw /version` prints the version.',
    ],
    defaults: { 'kube-apiserver': ['oidc-ca-file'] },
  },
  'oidc-flags-complete': {
    examined:
      'Whether --oidc-issuer-url and --oidc-client-id are set together, and from 1.29 on whether another --oidc-* flag stands without them.',
    consequence:
      'The API server does not start: `oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set`. Up to 1.28 further flags without an issuer had no effect, so that the upgrade to 1.29 is where a leftover --oidc-groups-claim stops it.',
    steps: [
      'Set --oidc-issuer-url and --oidc-client-id together in /etc/kubernetes/manifests/kube-apiserver.yaml; the client id is the `aud` of the tokens.',
      'Or, if nobody logs in that way, remove every --oidc-* flag, there and in apiServer.extraArgs, before the upgrade.',
      ONE_AFTER_THE_OTHER,
    ],
    verify: [
      '`grep -- --oidc- /etc/kubernetes/manifests/kube-apiserver.yaml` prints both or nothing.',
      APISERVER_STAYS_UP,
    ],
    defaults: { 'kube-apiserver': ['oidc-issuer-url', 'oidc-client-id'] },
  },
  'oidc-issuer-distinct': {
    examined:
      'Every issuer (--oidc-issuer-url, `jwt[].issuer.url`) against every --service-account-issuer of kube-apiserver.',
    consequence:
      'From 1.30 on the API server does not start: `jwt[0].issuer.url: Invalid value: "…": URL must not overlap with disallowed issuers: […]`. Before, a token with that issuer is tried both ways.',
    steps: [
      'If service accounts were meant, remove the issuer: their tokens are verified by --service-account-key-file, without OpenID Connect.',
      'If both really have one URL, give service accounts another one: the new --service-account-issuer first, the old one as a second (1.22 and later) until its tokens have ended. As long as the old one stands there the other issuer cannot have its URL.',
      ONE_AFTER_THE_OTHER,
      KEEP_APISERVER_ARGS,
    ],
    verify: [
      APISERVER_STAYS_UP,
      '`grep -E -- "--(oidc-issuer-url|service-account-issuer)" /etc/kubernetes/manifests/kube-apiserver.yaml` prints different URLs.',
    ],
    defaults: { 'kube-apiserver': ['oidc-issuer-url', 'service-account-issuer'] },
  },
  'authn-config-prefixes': {
    examined:
      'What user names and groups of each issuer begin with: --oidc-username-prefix and --oidc-groups-prefix, or claimMappings and userValidationRules of the AuthenticationConfiguration. Expressions in CEL are not evaluated, but those of the reference are known.',
    consequence:
      'Role bindings and the API server itself know users and groups by their names. Without a prefix whoever can create a group in the identity provider calls it system:masters, puts himself into it, and may do anything, past RBAC and without a trace of who let him in; a user called system:kube-controller-manager reads every Secret.',
    steps: [
      'See what the tokens of the issuer give today: `kubectl auth whoami` prints user name and groups.',
      'Write the bindings for the names with a prefix beside the old ones: `kubectl get clusterrolebindings,rolebindings -A -o wide` shows those.',
      'Set the prefixes: --oidc-username-prefix=oidc: and --oidc-groups-prefix=oidc: in /etc/kubernetes/manifests/kube-apiserver.yaml, or `prefix` of username and groups in the AuthenticationConfiguration, which is read again without a restart from 1.30 on.',
      "Where names have to stay, refuse those of the cluster with two userValidationRules: `!user.username.startsWith('system:')` and `user.groups.all(group, !group.startsWith('system:'))`.",
      'Delete the old bindings once nobody logs in by them any more: `kubectl delete clusterrolebinding <name>`.',
    ],
    verify: [
      '`kubectl auth whoami` with a token of the issuer prints a user name and groups that begin with the prefix.',
    ],
    defaults: { 'kube-apiserver': ['oidc-username-prefix', 'oidc-groups-prefix', 'oidc-username-claim'] },
  },
  'authentication-config-exclusive': {
    examined: 'Whether an --oidc-* flag is written beside --authentication-config, even one with its default.',
    consequence:
      'The API server does not start: `authentication-config file and oidc-* flags are mutually exclusive`. It shows when the file is introduced and a flag is forgotten, or when `kubeadm upgrade` writes back a flag that still stands in the ClusterConfiguration.',
    steps: [
      'Move what the flags say into `jwt` of the file: issuer.url, issuer.audiences (--oidc-client-id), issuer.certificateAuthority (the PEM itself), claimMappings.username and claimMappings.groups with claim and prefix.',
      'Without --oidc-username-prefix the flags put the issuer URL and # before names, for every claim but email: write that as `prefix`, or every user gets a new name and loses his bindings.',
      'Remove every --oidc-* flag from /etc/kubernetes/manifests/kube-apiserver.yaml in the same edit, and from apiServer.extraArgs: `kubectl -n kube-system edit configmap kubeadm-config`.',
      ONE_AFTER_THE_OTHER,
    ],
    verify: ['`grep -c -- --oidc- /etc/kubernetes/manifests/kube-apiserver.yaml` prints 0.', APISERVER_STAYS_UP],
    defaults: { 'kube-apiserver': ['authentication-config', 'oidc-issuer-url'] },
  },
};
