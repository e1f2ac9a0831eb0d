/** Cases of a kubeconfig that names its files by path, and of who is in it. */
import type { CheckCase } from '../../support/cases.ts';
import { CLUSTER_CA, PKI } from '../../support/apiserver.ts';
import { issue } from '../../support/certificates.ts';
import type { EditableNode } from '../../support/node.ts';

const CONF = '/etc/kubernetes/scheduler.conf';
const MANIFEST = '/etc/kubernetes/manifests/kube-scheduler.yaml';

/** The scheduler's kubeconfig names a pair of files, as this user in these groups. */
const byPath =
  (subject: string) =>
  async (node: EditableNode): Promise<EditableNode> => {
    const { certificate, key } = await issue({ subject, use: 'client' }, CLUSTER_CA);
    return node
      .write(`${PKI}/scheduler.crt`, certificate)
      .write(`${PKI}/scheduler.key`, key)
      .replace(CONF, /client-certificate-data: .*/, `client-certificate: ${PKI}/scheduler.crt`)
      .replace(CONF, /client-key-data: .*/, `client-key: ${PKI}/scheduler.key`);
  };

const mountPKI = (node: EditableNode, from = PKI): EditableNode =>
  node
    .replace(MANIFEST, '    volumeMounts:\n', `    volumeMounts:\n    - mountPath: ${PKI}\n      name: pki\n`)
    .replace(MANIFEST, '  volumes:\n', `  volumes:\n  - hostPath:\n      path: ${from}\n    name: pki\n`);

const mountedByPath = (subject: string) => async (node: EditableNode) => mountPKI(await byPath(subject)(node));

export const kubeconfigFiles: readonly CheckCase[] = [
  {
    name: 'a certificate in a file that the pod mounts',
    check: 'kubeconfig-identity',
    expect: 'pass',
    change: mountedByPath('CN=system:kube-scheduler'),
    row: { status: 'pass', clientAuthenticated: 'yes' },
  },
  {
    name: 'a certificate in a file, in system:masters',
    check: 'kubeconfig-system-masters',
    expect: 'fail',
    change: mountedByPath('CN=system:kube-scheduler, O=system:masters'),
    alarms: ['fail kubeconfig-system-masters'],
  },
  {
    name: 'a certificate in a file, of another user',
    check: 'kubeconfig-identity',
    expect: 'warn',
    change: mountedByPath('CN=nobody'),
    message: /authenticates as nobody/,
    alarms: ['warn kubeconfig-identity'],
  },
  {
    name: 'in the group of administrators',
    check: 'kubeconfig-identity',
    expect: 'warn',
    change: mountedByPath('CN=system:kube-scheduler, O=kubeadm:cluster-admins'),
    message: /kubeadm:cluster-admins/,
    alarms: ['warn kubeconfig-identity'],
  },
  {
    name: 'a certificate in a file that the input does not hold',
    check: 'kubeconfig-system-masters',
    expect: 'not-assessed',
    change: async (node) => (await mountedByPath('CN=nobody')(node)).remove(`${PKI}/scheduler.crt`),
    message: /scheduler\.crt/,
  },
  {
    name: 'files that the pod does not mount',
    check: 'kubeconfig-identity',
    expect: 'not-assessed',
    change: byPath('CN=system:kube-scheduler'),
    message: /scheduler\.crt is not mounted/,
    row: { clientAuthenticated: 'unknown' },
  },
  {
    name: 'a CA that the pod does not mount',
    check: 'kubeconfig-ca-matches',
    expect: 'not-assessed',
    change: (node) => node.replace(CONF, /certificate-authority-data: .*/, `certificate-authority: ${PKI}/ca.crt`),
    message: /ca\.crt is not mounted/,
    row: { serverVerified: 'unknown' },
  },
  {
    name: 'files that come from elsewhere on the node',
    check: 'kubeconfig-ca-matches',
    expect: 'pass',
    change: (node) =>
      mountPKI(
        node
          .copy(`${PKI}/ca.crt`, '/srv/pki/ca.crt')
          .replace(CONF, /certificate-authority-data: .*/, `certificate-authority: ${PKI}/ca.crt`),
        '/srv/pki',
      ),
    message: /against \/srv\/pki\/ca\.crt/,
    row: { status: 'pass', serverVerified: 'yes' },
  },
];
