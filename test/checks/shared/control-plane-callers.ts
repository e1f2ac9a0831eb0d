/** Cases that the listeners of the scheduler and the controller managers share: who calls, profiles, key exchange. */
import { REBUILT_CA } from '../../support/apiserver.ts';
import type { CheckCase } from '../../support/cases.ts';
import type { EditableNode } from '../../support/node.ts';

export interface CallerCases {
  readonly prefix: 'scheduler' | 'controller-manager' | 'cloud-controller-manager';
  /** The component on loopback, with these flags, without those, at this version of Kubernetes. */
  readonly configured: (
    node: EditableNode,
    flags: readonly string[],
    without: readonly string[],
    version?: string,
  ) => EditableNode;
  /** Takes the component's manifest out of the input. */
  readonly absent: (node: EditableNode) => EditableNode;
}

const CA = '/etc/kubernetes/pki/ca.crt';
const OFF_HOST = '--bind-address=0.0.0.0';

export function callerCases({ prefix, configured, absent }: CallerCases): readonly CheckCase[] {
  const given = (flags: readonly string[], without: readonly string[] = [], version?: string) => ({
    change: (node: EditableNode) => configured(node, flags, without, version),
  });
  const skip = `${prefix}-skip-lookup`;
  const client = `${prefix}-client-ca`;
  const curves = `${prefix}-curve-preferences`;
  const profiling = `${prefix}-profiling`;
  return [
    { name: 'looked up', check: skip, expect: 'pass', ...given([], ['client-ca-file']), message: /looked up in/ },
    {
      name: 'a failing lookup is tolerated',
      check: skip,
      expect: 'pass',
      ...given(['--authentication-tolerate-lookup-failure=true'], ['client-ca-file']),
      message: /runs on/,
    },
    {
      name: 'a failing lookup is not tolerated',
      check: skip,
      expect: 'pass',
      ...given(['--authentication-tolerate-lookup-failure=false'], ['client-ca-file']),
      message: /does not start/,
    },
    {
      name: 'a CA of its own needs no lookup',
      check: skip,
      expect: 'pass',
      ...given([`--client-ca-file=${CA}`, '--authentication-skip-lookup=true'], ['client-ca-file']),
      message: /nothing is to be looked up/,
    },
    {
      name: 'skipped, off the host',
      check: skip,
      expect: 'warn',
      ...given(['--authentication-skip-lookup', OFF_HOST], ['client-ca-file', 'bind-address']),
      message: /by their tokens alone/,
    },
    {
      name: 'skipped, on loopback',
      check: skip,
      expect: 'pass',
      ...given(['--authentication-skip-lookup'], ['client-ca-file']),
      message: /only this machine/,
    },
    {
      name: 'no kubeconfig to look up with',
      check: skip,
      expect: 'pass',
      ...given([], ['client-ca-file', 'authentication-kubeconfig']),
      message: /no kubeconfig/,
    },
    { name: 'unset', check: client, expect: 'pass', ...given([], ['client-ca-file']), message: /No file of/ },
    {
      name: 'the cluster CA',
      check: client,
      expect: 'pass',
      ...given([`--client-ca-file=${CA}`], ['client-ca-file']),
      message: /pki\/ca\.crt holds no CA that/,
    },
    {
      name: 'a CA that the API server does not know',
      check: client,
      expect: 'warn',
      change: (node) =>
        configured(node, ['--client-ca-file=/etc/kubernetes/pki/rebuilt.crt'], ['client-ca-file']).write(
          '/etc/kubernetes/pki/rebuilt.crt',
          REBUILT_CA.certificate,
        ),
      message: /rebuilt\.crt.* is no CA by which the API server knows clients/,
    },
    {
      name: 'a file without a certificate',
      check: client,
      expect: 'fail',
      change: (node) =>
        configured(node, ['--client-ca-file=/etc/kubernetes/pki/empty.crt'], ['client-ca-file']).write(
          '/etc/kubernetes/pki/empty.crt',
          'nothing\n',
        ),
      message: /does not start/,
    },
    {
      name: 'a file that the input does not hold',
      check: client,
      expect: 'not-assessed',
      ...given(['--client-ca-file=/etc/kubernetes/pki/elsewhere.crt'], ['client-ca-file']),
      message: /elsewhere\.crt/,
    },
    {
      name: 'no API server to compare with',
      check: client,
      expect: 'not-assessed',
      change: (node) =>
        configured(node, [`--client-ca-file=${CA}`], ['client-ca-file']).remove(
          '/etc/kubernetes/manifests/kube-apiserver.yaml',
        ),
      message: /kube-apiserver/,
    },
    { name: 'unset', check: curves, expect: 'pass', ...given([]), message: /No list/ },
    {
      name: 'a list without a hybrid group',
      check: curves,
      expect: 'warn',
      ...given(['--tls-curve-preferences=29,23']),
      message: /leaves X25519 \(29\) and CurveP256 \(23\)/,
    },
    {
      name: '1.35 does not know the flag, and that is said once',
      check: curves,
      expect: 'not-applicable',
      ...given(['--tls-curve-preferences=29,23'], [], 'v1.35.0'),
      row: { status: 'fail' },
    },
    { name: 'unset', check: profiling, expect: 'pass', ...given([]), message: /hardening guides ask for/ },
    { name: 'off', check: profiling, expect: 'pass', ...given(['--profiling=false']), message: /no profiles/ },
    { name: 'switched on', check: profiling, expect: 'warn', ...given(['--profiling=true']), message: /slow it down/ },
    {
      name: 'nothing is served',
      check: profiling,
      expect: 'not-applicable',
      ...given(['--secure-port=0']),
    },
    ...[skip, curves, profiling].map((check): CheckCase => ({
      name: 'the manifest is not in the input',
      check,
      expect: 'not-assessed',
      change: absent,
    })),
  ];
}
