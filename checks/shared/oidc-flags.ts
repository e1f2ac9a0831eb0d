/** The flags that name an issuer and what is taken from its tokens; kubernetes/pkg/kubeapiserver/options/authentication.go (AddFlags). */
export const OIDC_FLAGS: readonly string[] = [
  'oidc-issuer-url',
  'oidc-client-id',
  'oidc-ca-file',
  'oidc-username-claim',
  'oidc-username-prefix',
  'oidc-groups-claim',
  'oidc-groups-prefix',
  'oidc-signing-algs',
  'oidc-required-claim',
];
