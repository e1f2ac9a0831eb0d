/** Cases of files that a static pod cannot open, because a link leads out of what it mounts. */
import type { CheckCase } from '../../support/cases.ts';
import type { EditableNode } from '../../support/node.ts';

const PKI = '/etc/kubernetes/pki';
const MANIFEST = '/etc/kubernetes/manifests/kube-apiserver.yaml';

/** Moves a file out of the mounted folder and leaves a link to it. */
const moved =
  (file: string, to: string, target = to) =>
  (node: EditableNode): EditableNode =>
    node.copy(file, to).remove(file).link(file, target);

const STOCK = 'warn kubeconfig-super-admin-on-node';

export const dangling: readonly CheckCase[] = [
  {
    name: 'the serving certificate is a link out of what the pod mounts',
    check: 'pki-key-matches-cert',
    expect: 'fail',
    change: moved(`${PKI}/apiserver.crt`, '/opt/pki/apiserver.crt'),
    message: /symbolic link that leads to \/opt\/pki\/apiserver\.crt, which is not mounted into the container/,
    row: { status: 'fail' },
    alarms: ['fail pki-key-matches-cert', STOCK],
  },
  {
    name: 'the key is a relative link out of what the pod mounts',
    check: 'pki-key-matches-cert',
    expect: 'fail',
    change: moved(`${PKI}/apiserver.key`, '/etc/letsencrypt/apiserver.key', '../../letsencrypt/apiserver.key'),
    alarms: ['fail pki-key-matches-cert', STOCK],
  },
  {
    name: 'the client CA is a link out of what the pod mounts',
    check: 'kubeconfig-client-chain',
    expect: 'fail',
    change: moved(`${PKI}/ca.crt`, '/opt/pki/ca.crt'),
    alarms: ['fail kubeconfig-client-chain', STOCK],
  },
  {
    name: 'the target is mounted too',
    check: 'pki-key-matches-cert',
    expect: 'pass',
    change: (node) =>
      moved(
        `${PKI}/apiserver.crt`,
        '/opt/pki/apiserver.crt',
      )(node)
        .replace(MANIFEST, '    volumeMounts:\n', '    volumeMounts:\n    - mountPath: /opt/pki\n      name: opt\n')
        .replace(MANIFEST, '  volumes:\n', '  volumes:\n  - hostPath:\n      path: /opt/pki\n    name: opt\n'),
    alarms: [STOCK],
  },
  {
    name: 'the whole folder is a link, which the mount follows',
    check: 'pki-key-matches-cert',
    expect: 'pass',
    change: (node) => {
      for (const file of node.files().filter((one) => one.startsWith(`${PKI}/`) && node.entry(one)?.type === 'file')) {
        node.copy(file, file.replace(PKI, '/opt/pki'));
      }
      return node.remove(PKI).link(PKI, '/opt/pki');
    },
    alarms: [STOCK],
  },
];
