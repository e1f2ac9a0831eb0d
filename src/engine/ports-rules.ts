/** What a packet filter has against the listeners of a node. */
import type { AdmittedPorts, FirewallVerdict, Probe, ReadRules } from '../model/firewall.ts';
import type { PortFinding, PortListener, PortsNode, Reach } from '../model/ports-report.ts';
import { isOfTheSystem, isOn, ownerText, portText, reachText, supply } from './ports-words.ts';

/** Rules that admit ports beyond these are left out; no node has so many. */
const MAX_ADMITTED = 500;

/** Clients of these groups may sit anywhere, so that open to everybody is no more than they need. */
const ANYWHERE: readonly Reach[] = ['anyone', 'load-balancer', 'admins'];

/**
 * Compares each listener with what becomes of a connection to it, then each port that a rule admits with the listeners.
 * @param others what network plugins listen on that this node may have
 */
export function compareRules(
  node: PortsNode,
  rules: ReadRules,
  others: readonly PortListener[],
): readonly PortFinding[] {
  const admitted = distinct(rules.admitted).slice(0, MAX_ADMITTED);
  const comparison = new Comparison(node, rules, admitted, others);
  return [
    ...comparison.loopback(),
    ...node.listeners.filter(({ scope }) => scope !== 'loopback').flatMap((one) => comparison.listener(one)),
    ...admitted.flatMap((one) => comparison.admission(one)),
  ];
}

function distinct(admitted: readonly AdmittedPorts[]): readonly AdmittedPorts[] {
  return [
    ...new Map(
      admitted.toReversed().map((one) => [portText(one.protocol, one.port, one.lastPort), one] as const),
    ).values(),
  ].reverse();
}

class Comparison {
  readonly #node: PortsNode;
  readonly #rules: ReadRules;
  readonly #admitted: readonly AdmittedPorts[];
  readonly #others: readonly PortListener[];

  constructor(node: PortsNode, rules: ReadRules, admitted: readonly AdmittedPorts[], others: readonly PortListener[]) {
    this.#node = node;
    this.#rules = rules;
    this.#admitted = admitted;
    this.#others = others;
  }

  /** Undefined where the file says nothing of the listener's IP version. */
  #decide({ protocol, port, address }: PortListener, loopback = false): FirewallVerdict | undefined {
    const wanted = address.includes(':') ? 6 : 4;
    const { families } = this.#rules;
    const family = families.includes(wanted) ? wanted : address === '' ? families[0] : undefined;
    return family === undefined ? undefined : this.#rules.decide({ protocol, port, family, loopback } satisfies Probe);
  }

  /** Programs of the node reach each other over loopback: one rule for all of them, and one finding. */
  loopback(): readonly PortFinding[] {
    const shut = this.#node.listeners.flatMap((one) => {
      if (one.scope !== 'loopback') return [];
      const verdict = this.#decide(one, true);
      return verdict?.kind === 'closed' || verdict?.kind === 'undecided' ? [{ one, verdict }] : [];
    });
    const first = shut.find(({ verdict }) => verdict.kind === 'closed') ?? shut[0];
    if (first === undefined) return [];
    const { one, verdict } = first;
    const who = `${ownerText(one)} on ${one.address}:${one.port}`;
    return verdict.kind === 'closed'
      ? [finding('closed', 'fail', one, `The node's own programs do not reach ${who}: ${verdict.why}.`, verdict)]
      : [
          finding(
            'undecided',
            'not-assessed',
            one,
            `Whether the node's own programs reach ${who}: ${verdict.why}.`,
            verdict,
          ),
        ];
  }

  listener(one: PortListener): readonly PortFinding[] {
    const verdict = this.#decide(one);
    switch (verdict?.kind) {
      case 'closed':
        return this.#closed(one, verdict);
      case 'undecided':
        return isIndifferent(one)
          ? []
          : [
              finding(
                'undecided',
                'not-assessed',
                one,
                `Whether ${at(one)} is open: ${verdict.why}. ${meant(one)}`,
                verdict,
              ),
            ];
      case 'open':
      case 'limited':
        return this.#open(one, verdict);
      case undefined:
        return one.need.kind === 'required' ? [this.#unseen(one)] : [];
    }
  }

  /** A file of one IP version, and a listener on an address of the other. */
  #unseen(one: PortListener): PortFinding {
    const version = one.address.includes(':') ? 'IPv6' : 'IPv4';
    const message = `Whether ${at(one)} is open: the file says nothing of ${version}. ${meant(one)}`;
    return finding('undecided', 'not-assessed', one, message, { kind: 'undecided', why: '' });
  }

  #closed(one: PortListener, verdict: FirewallVerdict): readonly PortFinding[] {
    const { need } = one;
    const shut = `${capital(at(one))} is closed (${verdict.why})`;
    const twin = this.#twinAdmitted(one);
    if (need.kind === 'optional') return [];
    if (need.kind === 'required') {
      const message = `${shut}, and ${reachText(requiredBy(one))} must reach ${ownerText(one)}: ${need.breaks}.`;
      return [finding('closed', 'fail', one, message, verdict)];
    }
    if (twin !== undefined) {
      const message = `${shut}, and line ${twin.line} admits ${portText(twin.protocol, twin.port)} in its place: ${ownerText(one)} is ${portText(one.protocol, one.port)}.`;
      return [finding('closed', 'fail', one, message, verdict)];
    }
    const message = `${shut}. Whether ${reachText(beyondSelf(one))} must reach ${ownerText(one)} depends on ${need.on}.`;
    return [finding('depends', 'not-assessed', one, message, verdict)];
  }

  #open(one: PortListener, verdict: FirewallVerdict): readonly PortFinding[] {
    const { reach } = one;
    const whom = verdict.kind === 'open' ? 'everybody' : 'some';
    if (reach.includes('nobody')) {
      const message = `${capital(at(one))} is open to ${whom} (${verdict.why}): ${meant(one)}`;
      return [finding('open', 'warn', one, message, verdict)];
    }
    if (verdict.kind === 'limited' || reach.some((who) => ANYWHERE.includes(who))) return [];
    // Where nobody can tell whether it listens, an open door is one only if somebody opened it by its number.
    if (isPlugin(one) && !this.#admitted.some((rule) => isOn(one, rule))) return [];
    const message = `${capital(at(one))} is open to everybody (${verdict.why}), and only ${reachText(beyondSelf(one))} must reach ${ownerText(one)}.`;
    return [finding('open', 'warn', one, message, verdict)];
  }

  /** What a rule admits and nobody listens on. */
  admission(rule: AdmittedPorts): readonly PortFinding[] {
    const { protocol, port, lastPort, line } = rule;
    const [first] = this.#uncovered(rule);
    if (first === undefined) return [];
    const [from, to] = first;
    const family = this.#rules.families[0] ?? 4;
    const verdict = this.#rules.decide({ protocol, port: from, family, loopback: false });
    if (verdict.kind !== 'open' && verdict.kind !== 'limited') return [];
    const place = { component: null, protocol, port: from, lastPort: to, line };
    const plugin = this.#others.find((one) => isOn(one, place));
    if (plugin !== undefined) {
      const message = `Line ${line} admits ${portText(protocol, from, to)}, where ${plugin.component} listens (${plugin.purpose}); the input does not show whether the node has it${supply(plugin)}.`;
      return [{ kind: 'undecided', status: 'not-assessed', ...place, message }];
    }
    const twin = [...this.#node.listeners, ...this.#others].find(
      (one) => one.scope !== 'loopback' && one.protocol !== protocol && one.port === port && one.lastPort === lastPort,
    );
    const hint =
      twin === undefined
        ? ''
        : ` ${capital(ownerText(twin))} is ${portText(twin.protocol, twin.port)}: the protocol is wrong.`;
    const message = `Line ${line} admits ${portText(protocol, from, to)}, and nothing that the input shows listens there.${hint}`;
    return [{ kind: 'open', status: 'warn', ...place, message }];
  }

  /** The parts of a range that no listener has. */
  #uncovered({ protocol, port, lastPort }: AdmittedPorts): readonly (readonly [number, number])[] {
    const taken = this.#node.listeners
      .filter((one) => one.protocol === protocol && one.scope !== 'loopback')
      .map((one) => [one.port, one.lastPort] as const)
      .toSorted(([a], [b]) => a - b);
    const free: (readonly [number, number])[] = [];
    let next = port;
    for (const [first, last] of taken) {
      if (first > next) free.push([next, Math.min(first - 1, lastPort)]);
      next = Math.max(next, last + 1);
      if (next > lastPort) break;
    }
    if (next <= lastPort) free.push([next, lastPort]);
    return free.filter(([first, last]) => first <= last && !(first === last && isOfTheSystem(protocol, first)));
  }

  /** A rule for the same port over the other protocol, where nothing listens. */
  #twinAdmitted({ protocol, port, lastPort }: PortListener): AdmittedPorts | undefined {
    return this.#admitted.find(
      (rule) =>
        rule.protocol !== protocol &&
        rule.port === port &&
        rule.lastPort === lastPort &&
        !this.#node.listeners.some((one) => one.protocol === rule.protocol && one.port === port),
    );
  }
}

/** Open or closed, it is as it should be. */
function isIndifferent({ need, reach }: PortListener): boolean {
  return need.kind === 'optional' && reach.some((who) => ANYWHERE.includes(who));
}

/** Nobody can tell from the node's files whether it listens. */
function isPlugin({ cause }: PortListener): boolean {
  return cause.setting === 'network plugin';
}

/** Who is meant to reach it. */
function meant(one: PortListener): string {
  return one.reach.includes('nobody')
    ? `${ownerText(one)} is for nobody beyond the node.`
    : `${ownerText(one)} is for ${reachText(beyondSelf(one))}.`;
}

/** Those without whom something breaks. */
function requiredBy(one: PortListener): readonly Reach[] {
  return beyondSelf(one).filter((who) => who !== 'monitoring' && who !== 'admins' && who !== 'load-balancer');
}

function beyondSelf({ reach }: PortListener): readonly Reach[] {
  const others = reach.filter((who) => who !== 'self');
  return others.length === 0 ? reach : others;
}

function at({ protocol, port, lastPort, address }: PortListener): string {
  return `${portText(protocol, port, lastPort)}${address === '' ? '' : ` on ${address}`}`;
}

function capital(text: string): string {
  return text.startsWith('the ') ? `T${text.slice(1)}` : text;
}

function finding(
  kind: PortFinding['kind'],
  status: PortFinding['status'],
  { component, protocol, port, lastPort }: PortListener,
  message: string,
  { line }: FirewallVerdict,
): PortFinding {
  return { kind, status, component, protocol, port, lastPort, message, line: line ?? null };
}
