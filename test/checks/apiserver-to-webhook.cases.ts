import { atVersion, MANIFEST, mounted, withUnshown } from '../support/apiserver.ts';
import type { CheckCase } from '../support/cases.ts';
import type { EditableNode } from '../support/node.ts';
import { WEBHOOK_OBJECT_CASES } from './shared/cluster.ts';

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

/** The webhook asked first: RBAC follows it. */
const webhookFirst = (node: EditableNode): EditableNode =>
  structured(node, VERIFIED).replace(CONFIG, /(- type: Node\n[^]*)(- type: Webhook\n[^]*)$/, '$2$1');

const withImagePolicy = (node: EditableNode): EditableNode =>
  admission(node).setFlag('kube-apiserver', 'enable-admission-plugins', 'NodeRestriction,ImagePolicyWebhook');

export const cases: readonly CheckCase[] = [
  ...WEBHOOK_OBJECT_CASES,
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
    name: 'another kind',
    check: 'admission-config-valid',
    expect: 'fail',
    change: (node) => admission(node).replace(ADMISSION, 'kind: AdmissionConfiguration', 'kind: AdmissionConfig'),
    message: /the kind is not AdmissionConfiguration/,
  },
  {
    name: 'a field that there is not, at the top',
    check: 'admission-config-valid',
    expect: 'fail',
    change: (node) => admission(node).replace(ADMISSION, 'plugins:', 'plugin: []\nplugins:'),
    message: /admission\.yaml:3 is refused: plugin is no field of this version/,
    alarms: ['fail admission-config-valid'],
  },
  {
    name: 'a field that there is not, up to 1.31',
    check: 'admission-config-valid',
    expect: 'warn',
    change: (node) => atVersion(admission(node).replace(ADMISSION, 'plugins:', 'plugin: []\nplugins:'), '1.31.14'),
    message: /admission\.yaml:3: plugin is no field of this version, and has no effect; a later version does not start/,
  },
  {
    name: 'a kubeconfig with a relative path',
    check: 'admission-config-valid',
    expect: 'fail',
    change: (node) => admission(node).replace(ADMISSION, '/etc/kubernetes/pki/hosts.conf', 'hosts.conf'),
    message: /the configuration of ValidatingAdmissionWebhook has a kubeConfigFile that is not an absolute path/,
    alarms: ['fail admission-config-valid'],
  },
  {
    name: 'a kubeconfig with a relative path, of a plugin that does not run',
    check: 'admission-config-valid',
    expect: 'pass',
    change: (node) =>
      admission(node)
        .replace(ADMISSION, '/etc/kubernetes/pki/hosts.conf', 'hosts.conf')
        .addFlag('kube-apiserver', '--disable-admission-plugins=ValidatingAdmissionWebhook'),
  },
  {
    name: 'an image policy that fails closed',
    check: 'image-policy-failure',
    expect: 'pass',
    change: withImagePolicy,
    alarms: [],
  },
  {
    name: 'an image policy that fails open',
    check: 'image-policy-failure',
    expect: 'warn',
    change: (node) =>
      withImagePolicy(node).replace('/etc/kubernetes/pki/policy.yaml', 'defaultAllow: false', 'defaultAllow: true'),
    message: /every image is let in/,
    alarms: ['warn image-policy-failure'],
  },
  {
    name: 'an image policy that fails open and is not enabled',
    check: 'image-policy-failure',
    expect: 'not-applicable',
    change: (node) =>
      admission(node).replace('/etc/kubernetes/pki/policy.yaml', 'defaultAllow: false', 'defaultAllow: true'),
  },
  {
    name: 'the image policy is not in the input',
    check: 'image-policy-failure',
    expect: 'not-assessed',
    change: (node) => withImagePolicy(node).remove('/etc/kubernetes/pki/policy.yaml'),
    message: /the configuration of ImagePolicyWebhook is not known/,
  },
  {
    name: 'a webhook that leaves it to the next, with nobody after it',
    check: 'webhook-authorization-failure',
    expect: 'pass',
    change: (node) => structured(node, VERIFIED),
    message: /nobody is asked after it/,
  },
  {
    name: 'a webhook that leaves it to RBAC',
    check: 'webhook-authorization-failure',
    expect: 'warn',
    change: webhookFirst,
    message: /When policy cannot be asked, Node and RBAC may allow what it would have denied/,
    alarms: ['warn webhook-authorization-failure'],
  },
  {
    name: 'a webhook before RBAC that denies',
    check: 'webhook-authorization-failure',
    expect: 'pass',
    change: (node) => webhookFirst(node).replace(CONFIG, 'NoOpinion', 'Deny'),
    alarms: [],
  },
  {
    name: 'a webhook of the flags before RBAC',
    check: 'webhook-authorization-failure',
    expect: 'warn',
    change: (node) =>
      mounted(
        node
          .setFlag('kube-apiserver', 'authorization-mode', 'Node,Webhook,RBAC')
          .addFlag('kube-apiserver', `--authorization-webhook-config-file=${AUTHENTICATION}`),
        AUTHENTICATION,
        VERIFIED,
      ),
    message: /When Webhook cannot be asked, RBAC may allow/,
  },
  {
    name: 'the authorization configuration is not in the input',
    check: 'webhook-authorization-failure',
    expect: 'not-assessed',
    change: (node) => authentication(structured(node, VERIFIED).remove(CONFIG), VERIFIED),
    message: /authorization\.yaml is not in the input/,
  },
  {
    name: 'the admission configuration is not in the input',
    check: 'admission-config-valid',
    expect: 'not-assessed',
    change: (node) => admission(node).remove(ADMISSION),
  },
];
