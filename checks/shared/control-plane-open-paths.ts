/** What the scheduler and the controller managers answer without a credential. */
import type { Check } from '../../src/model/path.ts';
import { evidence, list } from './access.ts';
import { setFlag } from './control-plane.ts';
import type { ControlPlaneComponent } from './control-plane.ts';
import { offHost, ofListener } from './control-plane-secure.ts';
import { kubernetesDocs, kubernetesSource } from './references.ts';
import { fail, pass, warn } from './result.ts';
import { enumerate } from './words.ts';

/** What kubeadm's probes and load balancers may read without a credential. */
const HEALTH_PATH = /^\/?(?:healthz|livez|readyz)(?:\/.*)?$/;

/** Whether an entry of --authorization-always-allow-paths lets `path` pass (apiserver pkg/authorization/path). */
export function covers(entry: string, path: string): boolean {
  const bare = entry.replace(/^\//, '');
  const wanted = path.replace(/^\//, '');
  return bare.endsWith('*') ? wanted.startsWith(bare.slice(0, -1)) : wanted === bare;
}

/** Are only the health paths open to strangers? */
export function alwaysAllowPaths(own: ControlPlaneComponent): Check {
  const flag = 'authorization-always-allow-paths';
  return {
    id: `${own.prefix}-always-allow-paths`,
    title: `${own.name} answers strangers on its health paths only`,
    severity: 'medium',
    impact: 'security',
    versions: 'all; unset means /healthz, /readyz and /livez (only /healthz up to 1.20)',
    remediation: `Remove --${flag} ${setFlag(own)}, and give the scraper a service account that may get the nonResourceURL /metrics.`,
    references: [
      kubernetesSource('staging/src/k8s.io/apiserver/pkg/authorization/path/path.go'),
      kubernetesDocs(`reference/command-line-tools-reference/${own.name}/`),
    ],
    ...ofListener(own, (server) => {
      const shown = [evidence(server, flag)];
      const entries = list(server, flag);
      const broken = entries.find((entry) => entry.slice(0, -1).includes('*'));
      if (broken !== undefined) {
        return fail(`--${flag} holds ${broken}: only a trailing * is allowed, so ${own.name} does not start.`, shown, {
          severity: 'high',
          impact: 'availability',
          headline: `--${flag} is invalid`,
        });
      }
      const others = entries.filter((entry) => !HEALTH_PATH.test(entry));
      if (others.length === 0) return pass('Only the health paths are answered without a credential.', shown);
      const message = `${enumerate(others)} ${others.length === 1 ? 'is' : 'are'} answered without any credential`;
      const headline = `${others[0] ?? ''} open to everybody`;
      if (!offHost(server)) {
        return warn(`${message} to every process on the node.`, shown, { severity: 'low', headline });
      }
      const exposed = others.some((entry) => covers(entry, '/metrics') || covers(entry, '/debug/pprof/profile'));
      return exposed
        ? fail(`${message} to whoever reaches the node.`, shown, { headline })
        : warn(`${message} to whoever reaches the node.`, shown, { headline });
    }),
  };
}
