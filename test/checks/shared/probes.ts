/** Cases of the probes of the scheduler and the controller managers. */
import type { CheckCase } from '../../support/cases.ts';
import type { EditableNode } from '../../support/node.ts';

/** What a table of cases is about. */
export interface Probed {
  readonly component: 'kube-scheduler' | 'kube-controller-manager';
  readonly check: string;
  readonly manifest: string;
  readonly securePort: number;
}

export function probeCases({ component, check, manifest, securePort }: Probed): readonly CheckCase[] {
  const flag =
    (name: string, value: string) =>
    (node: EditableNode): EditableNode =>
      name === 'bind-address' ? node.setFlag(component, name, value) : node.addFlag(component, `--${name}=${value}`);
  const edited =
    (from: RegExp, to: string) =>
    (node: EditableNode): EditableNode =>
      node.replace(manifest, from, to);
  return [
    { name: 'stock kubeadm', check, expect: 'pass' },
    { name: 'kubeadm 1.28: the port is a number', check, expect: 'pass', node: 'kubeadm-v128-default' },
    {
      name: "on the node's address while the probes go to loopback",
      check,
      expect: 'fail',
      change: flag('bind-address', '10.10.0.1'),
      message: new RegExp(
        `go to 127\\.0\\.0\\.1, port ${securePort}, and ${component} listens on 10\\.10\\.0\\.1, port ${securePort}, so the kubelet kills ${component} again`,
      ),
      row: { status: 'fail' },
    },
    { name: 'on every address', check, expect: 'pass', change: flag('bind-address', '0.0.0.0') },
    {
      name: "probes of the node's address while it listens on loopback",
      check,
      expect: 'fail',
      change: edited(/^ +host: 127\.0\.0\.1\n/gm, ''),
      message: /go to the node's address/,
    },
    {
      name: "on the node's address, as the probes",
      check,
      expect: 'pass',
      change: (node) => flag('bind-address', '10.10.0.1')(edited(/host: 127\.0\.0\.1/g, 'host: 10.10.0.1')(node)),
    },
    {
      name: 'probes of localhost',
      check,
      expect: 'pass',
      change: edited(/host: 127\.0\.0\.1/g, 'host: localhost'),
    },
    {
      name: 'on another port',
      check,
      expect: 'fail',
      change: flag('secure-port', '11259'),
      message: new RegExp(`port ${securePort}, and ${component} listens on 127\\.0\\.0\\.1, port 11259`),
    },
    {
      name: 'a port that another container may serve is left alone',
      check,
      expect: 'pass',
      change: edited(/port: probe-port/g, 'port: 3990'),
    },
    {
      name: 'no listener at all',
      check,
      expect: 'fail',
      change: flag('secure-port', '0'),
      message: /listens on nothing/,
    },
    {
      name: 'plain HTTP to the TLS port',
      check,
      expect: 'fail',
      change: edited(/scheme: HTTPS/g, 'scheme: HTTP'),
      message: /plain HTTP to the TLS port \d+, which answers 400/,
    },
    {
      name: 'health paths that are not open',
      check,
      expect: 'fail',
      change: flag('authorization-always-allow-paths', '/metrics'),
      message: /does not open the paths?: the answer is 403/,
    },
    {
      name: 'health paths that a pattern opens',
      check,
      expect: 'pass',
      change: flag('authorization-always-allow-paths', '/*'),
    },
    {
      name: 'probes that ask nothing over HTTP',
      check,
      expect: 'not-applicable',
      change: edited(/httpGet:\n +host: .*\n +path: .*\n( +port: .*\n) +scheme: .*\n/g, 'tcpSocket:\n$1'),
    },
    {
      name: 'an address that pflag refuses is said elsewhere',
      check,
      expect: 'not-applicable',
      change: flag('bind-address', 'localhost'),
    },
    {
      name: 'the manifest is not in the input',
      check,
      expect: 'not-assessed',
      change: (node) => node.remove(manifest),
    },
  ];
}
