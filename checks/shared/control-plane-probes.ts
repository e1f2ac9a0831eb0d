/** Whether the kubelet's probes of the scheduler and the controller managers are answered. */
import type { Component } from '../../src/model/component.ts';
import type { Check } from '../../src/model/path.ts';
import { evidence, list, number, requireComponent, text } from './access.ts';
import { setFlag } from './control-plane.ts';
import type { ControlPlaneComponent } from './control-plane.ts';
import { insecureListener } from './control-plane-insecure.ts';
import { covers } from './control-plane-open-paths.ts';
import { addressRefused, servesHTTPS } from './control-plane-secure.ts';
import { failingProbes, probeEvidence, unreachableProbes } from './probes.ts';
import type { ProbedListener, ProbeFault } from './probes.ts';
import { kubernetesSource } from './references.ts';
import { notAssessed, pass } from './result.ts';

/** Do the probes in the manifest go where the component listens, and to paths that strangers may read? */
export function probesAnswered(own: ControlPlaneComponent): Check {
  return {
    id: `${own.prefix}-probes`,
    title: `The kubelet's probes of ${own.name} are answered`,
    severity: 'high',
    impact: 'availability',
    versions: 'all',
    remediation: `Make host, port and scheme of every httpGet probe in the manifest those of --bind-address and --secure-port (kubeadm: 127.0.0.1, ${own.securePort}, HTTPS), or change the flags ${setFlag(own)}.`,
    references: [
      kubernetesSource('pkg/probe/http/request.go'),
      kubernetesSource('cmd/kubeadm/app/util/staticpod/utils.go'),
    ],
    notApplicable: ({ node }) => {
      const server = requireComponent(node, own.name);
      if (addressRefused(server)) return `--bind-address is no IP address: ${own.name} does not start.`;
      return (server.probes ?? []).length > 0
        ? undefined
        : `The kubelet sends no HTTP probe to ${own.name}, or the input does not show the pod.`;
    },
    evaluate: ({ node }) => {
      const server = requireComponent(node, own.name);
      const sent = server.probes ?? [];
      const insecure = insecureListener(server, own);
      if (insecure === 'unknown' && sent.some(({ scheme }) => scheme === 'HTTP')) {
        return notAssessed(
          `Whether the probes reach ${own.name} is not known, since its listener of plain HTTP is not.`,
          sent.map((probe) => probeEvidence(server, probe)),
        );
      }
      const listeners: ProbedListener[] = [
        ...(servesHTTPS(server)
          ? [
              {
                host: text(server, 'bind-address'),
                port: number(server, 'secure-port') ?? own.securePort,
                secure: true,
              },
            ]
          : []),
        ...(typeof insecure === 'string' ? [] : [{ host: insecure.address, port: insecure.port, secure: false }]),
      ];
      const lost = unreachableProbes(server, listeners, [own.securePort, own.insecurePort.number]).map((fault) => ({
        ...fault,
        evidence: [evidence(server, 'bind-address'), evidence(server, 'secure-port')],
      }));
      const faults = [...lost, ...forbidden(server, lost)];
      return faults.length > 0
        ? faults.map((fault) => failingProbes(server, fault))
        : pass(
            'The probes go to what it listens on, and to paths that are open to everybody.',
            sent.map((probe) => probeEvidence(server, probe)),
          );
    },
  };
}

const OPEN_PATHS = 'authorization-always-allow-paths';

/** Probes that arrive, and are refused since they carry no credential. */
function forbidden(server: Component, lost: readonly ProbeFault[]): readonly ProbeFault[] {
  const open = list(server, OPEN_PATHS);
  const refused = (server.probes ?? []).filter(
    (probe) =>
      probe.scheme === 'HTTPS' &&
      probe.port === number(server, 'secure-port') &&
      !probe.authorized &&
      !lost.some(({ probes }) => probes.includes(probe)) &&
      !open.some((entry) => covers(entry, probe.path)),
  );
  return refused.length === 0
    ? []
    : [
        {
          probes: refused,
          message: `carry no credential, and --${OPEN_PATHS} does not open ${refused.length === 1 ? 'the path' : 'the paths'}: the answer is 403`,
          headline: 'probes refused (403): pod is killed',
          evidence: [evidence(server, OPEN_PATHS)],
          remediation: `Add the probed paths to --${OPEN_PATHS}, or remove the flag: by default the health paths are open.`,
        },
      ];
}
