/** Cases of a client that needs rights which some authorizer has to grant. */
import type { CheckCase } from '../../support/cases.ts';

const CONFIG = '/etc/kubernetes/pki/authorization.yaml';

export const authorizerCases: readonly CheckCase[] = [
  { name: 'Node and RBAC', check: 'apiserver-authorizer-grants', expect: 'pass', message: /Node, RBAC/ },
  {
    name: 'no authorizer at all lets everybody in, which the row of users says',
    check: 'apiserver-authorizer-grants',
    expect: 'pass',
    change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', 'AlwaysAllow'),
  },
  {
    name: 'Node alone knows kubelets only',
    check: 'apiserver-authorizer-grants',
    expect: 'fail',
    change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', 'Node'),
    message: /only kubelets and the group system:masters may do anything/,
    row: { status: 'fail' },
  },
  {
    name: 'AlwaysDeny',
    check: 'apiserver-authorizer-grants',
    expect: 'fail',
    change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', 'AlwaysDeny'),
    message: /every request but those of the group system:masters is refused/,
    row: { status: 'fail' },
  },
  {
    name: 'an authorizer that makes the process stop is said once, elsewhere',
    check: 'apiserver-authorizer-grants',
    expect: 'not-applicable',
    change: (node) => node.setFlag('kube-apiserver', 'authorization-mode', 'Nodes'),
  },
  {
    name: 'the file of the authorizers is not in the input',
    check: 'apiserver-authorizer-grants',
    expect: 'not-assessed',
    change: (node) =>
      node
        .removeFlag('kube-apiserver', 'authorization-mode')
        .addFlag('kube-apiserver', `--authorization-config=${CONFIG}`),
    message: /authorization\.yaml is not in the input/,
  },
];
