/**
 * Which Go release built a component, and which Go release its defaults are those of. They differ: a release branch
 * is rebuilt with newer compilers, while from Go 1.21 the GODEBUG defaults, and with them the default cipher suites,
 * follow the go (or godebug) line of the main module (go.dev/doc/godebug). Sources: .go-version,
 * build/dependencies.yaml, go.mod and CHANGELOG of kubernetes/kubernetes; .go-version and server/go.mod of etcd-io/etcd.
 */
import type { ComponentName } from '../model/component.ts';
import { goAtLeast } from '../model/version.ts';
import type { Version } from '../model/version.ts';
import { atOrAfter } from './history/ranges.ts';

/** `from` is a release of the component; what it brings holds from there on. */
type Timeline = readonly (readonly [from: string, go: string])[];

/** Compiler line by Kubernetes release. */
const KUBERNETES_COMPILER: Timeline = [
  ['1.16', '1.12'],
  ['1.16.8', '1.13'],
  ['1.17', '1.13'],
  ['1.19', '1.15'],
  ['1.21', '1.16'],
  ['1.23', '1.17'],
  ['1.23.16', '1.19'],
  ['1.24', '1.18'],
  ['1.24.10', '1.19'],
  ['1.24.16', '1.20'],
  ['1.25', '1.19'],
  ['1.25.12', '1.20'],
  ['1.26', '1.19'],
  ['1.26.7', '1.20'],
  ['1.26.14', '1.21'],
  ['1.27', '1.20'],
  ['1.27.11', '1.21'],
  ['1.27.16', '1.22'],
  ['1.28', '1.20'],
  ['1.28.7', '1.21'],
  ['1.28.12', '1.22'],
  ['1.29', '1.21'],
  ['1.29.7', '1.22'],
  ['1.29.15', '1.23'],
  ['1.30', '1.22'],
  ['1.30.11', '1.23'],
  ['1.31', '1.22'],
  ['1.31.7', '1.23'],
  ['1.31.14', '1.24'],
  ['1.32', '1.23'],
  ['1.32.10', '1.24'],
  ['1.33', '1.24'],
  ['1.33.11', '1.25'],
  ['1.34', '1.24'],
  ['1.34.7', '1.25'],
  ['1.34.11', '1.26'],
  ['1.35', '1.25'],
  ['1.35.8', '1.26'],
  ['1.36', '1.26'],
];

/** Go line of go.mod by Kubernetes minor. */
const KUBERNETES_GO_LINE: Timeline = [
  ['1.16', '1.12'],
  ['1.18', '1.13'],
  ['1.19', '1.15'],
  ['1.21', '1.16'],
  ['1.23', '1.19'],
  ['1.27', '1.20'],
  ['1.29', '1.21'],
  ['1.30', '1.22'],
  ['1.32', '1.23'],
  ['1.33', '1.24'],
  ['1.35', '1.25'],
  ['1.36', '1.26'],
];

/** etcd bumps go.mod together with the compiler; 3.4.1 to 3.4.25 and 3.5.1 to 3.5.8 are taken to be as their .0. */
const ETCD: Timeline = [
  ['3.3', '1.12'],
  ['3.4', '1.12'],
  ['3.4.26', '1.19'],
  ['3.4.28', '1.20'],
  ['3.4.31', '1.21'],
  ['3.4.34', '1.22'],
  ['3.4.36', '1.23'],
  ['3.4.38', '1.24'],
  ['3.4.42', '1.25'],
  ['3.5', '1.16'],
  ['3.5.9', '1.19'],
  ['3.5.10', '1.20'],
  ['3.5.13', '1.21'],
  ['3.5.16', '1.22'],
  ['3.5.19', '1.23'],
  ['3.5.23', '1.24'],
  ['3.5.28', '1.25'],
  ['3.6', '1.23'],
  ['3.6.5', '1.24'],
  ['3.6.9', '1.25'],
  ['3.7', '1.26'],
];

function lookUp(timeline: Timeline, version: Version): string {
  const found = timeline.findLast(([from]) => atOrAfter(version, from)) ?? timeline[0];
  return found?.[1] ?? '';
}

/** The Go release line (`1.22`) whose defaults a component has when neither flag nor GODEBUG says otherwise. */
export function goLineOf(component: ComponentName, version: Version): string {
  return lookUp(component === 'etcd' ? ETCD : KUBERNETES_GO_LINE, version);
}

/** The Go release line that compiled it, which gives the names of cipher suites. */
export function compilerOf(component: ComponentName, version: Version): string {
  return lookUp(component === 'etcd' ? ETCD : KUBERNETES_COMPILER, version);
}

/**
 * The Go release line whose rules crypto/x509 follows in a component. Before Go 1.21 the compiler decides; since then
 * the go line of the module does, and one below 1.20 counts as 1.20 (go.dev/doc/godebug).
 */
export function verifierOf(component: ComponentName, version: Version): string {
  const compiler = compilerOf(component, version);
  if (!goAtLeast(compiler, '1.21')) return compiler;
  const line = goLineOf(component, version);
  return goAtLeast(line, '1.20') ? line : '1.20';
}

/** The settings of a GODEBUG variable; of one that is given twice the last counts (runtime/runtime1.go). */
export function parseGodebug(text: string | undefined): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const part of (text ?? '').split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) settings.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  return settings;
}
