import { MANIFEST, mounted, withUnshown } from '../support/apiserver.ts';
import type { CheckCase } from '../support/cases.ts';
import type { EditableNode } from '../support/node.ts';

const AUTHENTICATION = '/etc/kubernetes/webhook/authentication.conf';
/** In a folder that the container sees. */
const AUTHORIZATION = '/etc/kubernetes/pki/authorization.conf';
const CONFIG = '/etc/kubernetes/authorization.yaml';

const kubeconfig = (cluster: string): string => `apiVersion: v1
kind: Config
clusters:
- name: webhook
  cluster: {${cluster}}
users:
- name: apiserver
  user: {token: not-a-secret}
contexts:
- name: webhook
  context: {cluster: webhook, user: apiserver}
current-context: webhook
`;

const VERIFIED = kubeconfig(
  'server: "https://10.0.0.9/authenticate", certificate-authority: /etc/kubernetes/pki/ca.crt',
);

const authentication = (node: EditableNode, text: string): EditableNode =>
  mounted(
    node.addFlag('kube-apiserver', `--authentication-token-webhook-config-file=${AUTHENTICATION}`),
    AUTHENTICATION,
    text,
  );

const structured = (node: EditableNode, text: string): EditableNode =>
  mounted(
    node
      .write(AUTHORIZATION, text)
      .removeFlag('kube-apiserver', 'authorization-mode')
      .addFlag('kube-apiserver', `--authorization-config=${CONFIG}`),
    CONFIG,
    `apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers:
- type: Node
  name: node
- type: RBAC
  name: rbac
- type: Webhook
  name: policy
  webhook:
    timeout: 3s
    subjectAccessReviewVersion: v1
    matchConditionSubjectAccessReviewVersion: v1
    failurePolicy: NoOpinion
    connectionInfo: {type: KubeConfigFile, kubeConfigFile: ${AUTHORIZATION}}
`,
  );

const ADMISSION = '/etc/kubernetes/pki/admission.yaml';
const POLICY = '/etc/kubernetes/pki/image-policy.conf';

/** Plugins that dial webhooks: one configured in place, one in a file beside it. */
const admission = (node: EditableNode): EditableNode =>
  node
    .addFlag('kube-apiserver', `--admission-control-config-file=${ADMISSION}`)
    .write(
      ADMISSION,
      `apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: ImagePolicyWebhook
  path: policy.yaml
- name: ValidatingAdmissionWebhook
  configuration:
    apiVersion: apiserver.config.k8s.io/v1
    kind: WebhookAdmissionConfiguration
    kubeConfigFile: /etc/kubernetes/pki/hosts.conf
`,
    )
    .write('/etc/kubernetes/pki/policy.yaml', `imagePolicy: {kubeConfigFile: ${POLICY}, defaultAllow: false}\n`)
    .write(POLICY, VERIFIED)
    .write('/etc/kubernetes/pki/hosts.conf', 'apiVersion: v1\nkind: Config\nusers: []\n');

export const cases: readonly CheckCase[] = [
  {
    name: 'no flag: objects of the cluster decide',
    check: 'webhook-objects',
    expect: 'not-assessed',
    message: /What decides it: webhook configurations/,
    row: { status: 'not-assessed', encrypted: 'unknown' },
  },
  {
    name: 'the flag and its file are named',
    check: 'webhook-objects',
    expect: 'not-assessed',
    change: (node) => authentication(node, VERIFIED),
    message:
      /--authentication-token-webhook-config-file names \/etc\/kubernetes\/webhook\/authentication\.conf.*objects of the cluster/,
    row: { status: 'not-assessed', encrypted: 'unknown', serverVerified: 'unknown' },
    alarms: [],
  },
  {
    name: 'the file is not in the input',
    check: 'webhook-objects',
    expect: 'not-assessed',
    change: (node) => authentication(node, VERIFIED).remove(AUTHENTICATION),
    message: /authentication\.conf is not in the input: supply it/,
    alarms: [],
  },
  {
    name: 'a file of admission plugins is named',
    check: 'webhook-objects',
    expect: 'not-assessed',
    change: (node) => node.addFlag('kube-apiserver', '--admission-control-config-file=/etc/kubernetes/admission.yaml'),
    message: /--admission-control-config-file names \/etc\/kubernetes\/admission\.yaml/,
  },
  {
    name: 'https',
    check: 'kubeconfig-server-https',
    expect: 'pass',
    change: (node) => authentication(node, VERIFIED),
  },
  {
    name: 'tokens in plain text',
    check: 'kubeconfig-server-https',
    expect: 'fail',
    change: (node) => authentication(node, kubeconfig('server: "http://10.0.0.9:8080/authenticate"')),
    message: /in plain text.*tokens of users/,
    row: { status: 'fail', encrypted: 'no', serverVerified: 'no' },
    alarms: ['fail kubeconfig-server-https'],
  },
  {
    name: 'an authorization webhook of the file in plain text',
    check: 'kubeconfig-server-https',
    expect: 'fail',
    change: (node) => structured(node, kubeconfig('server: "http://10.0.0.9:8080/authorize"')),
    message: /pki\/authorization\.conf dials/,
    alarms: ['fail kubeconfig-server-https'],
  },
  {
    name: 'the webhook is verified',
    check: 'kubeconfig-insecure-skip',
    expect: 'pass',
    change: (node) => structured(node, VERIFIED),
    message: /verifies the webhook/,
  },
  {
    name: 'a webhook that nobody verifies',
    check: 'kubeconfig-insecure-skip',
    expect: 'fail',
    change: (node) =>
      authentication(node, kubeconfig('server: "https://10.0.0.9/authenticate", insecure-skip-tls-verify: true')),
    message: /does not verify the webhook.*tokens of users/,
    row: { status: 'fail', serverVerified: 'no' },
    alarms: ['fail kubeconfig-insecure-skip'],
  },
  {
    name: 'the manifest is not in the input',
    check: 'webhook-objects',
    expect: 'not-assessed',
    change: (node) => node.remove(MANIFEST),
    message: /No kube-apiserver is configured/,
  },
  {
    name: 'a webhook without a credential',
    check: 'webhook-client-auth',
    expect: 'warn',
    change: (node) => authentication(node, VERIFIED.replace('{token: not-a-secret}', '{}')),
    message: /cannot tell the API server from anybody else/,
  },
  {
    name: 'a webhook with a credential',
    check: 'webhook-client-auth',
    expect: 'pass',
    change: (node) => authentication(node, VERIFIED),
  },
  {
    name: 'the kubeconfig has a path that nothing shows',
    check: 'webhook-client-auth',
    expect: 'not-assessed',
    change: (node) => withUnshown(node, 'authentication-token-webhook-config-file'),
  },
  {
    name: 'plugins with a kubeconfig inside and in a file of their own',
    check: 'admission-config-valid',
    expect: 'pass',
    change: admission,
  },
  {
    name: 'an image policy webhook in plain text',
    check: 'kubeconfig-server-https',
    expect: 'fail',
    change: (node) => admission(node).replace(POLICY, 'https://', 'http://'),
    message: /pki\/image-policy\.conf dials/,
    alarms: ['fail kubeconfig-server-https'],
  },
  {
    name: 'what the admission webhooks are shown is told',
    check: 'webhook-objects',
    expect: 'not-assessed',
    change: admission,
    message:
      /ValidatingAdmissionWebhook authenticates to webhooks, host by host, with \/etc\/kubernetes\/pki\/hosts\.conf/,
  },
  {
    name: 'a field that there is not, at the top',
    check: 'admission-config-valid',
    expect: 'fail',
    change: (node) => admission(node).replace(ADMISSION, 'kind: AdmissionConfiguration', 'kind: AdmissionConfig'),
    message: /the kind is not AdmissionConfiguration/,
  },
  {
    name: 'the admission configuration is not in the input',
    check: 'admission-config-valid',
    expect: 'not-assessed',
    change: (node) => admission(node).remove(ADMISSION),
  },
];
