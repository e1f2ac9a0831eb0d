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

type Family = 4 | 6;

/** `localhost` is IPv4 first. */
function versionOf(address: string): Family {
  return address.includes(':') ? 6 : 4;
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

  #decide({ protocol, port }: PortListener, family: Family, loopback = false): FirewallVerdict {
    return this.#rules.decide({ protocol, port, family, loopback } satisfies Probe);
  }

  /** The IP versions of the file in which a listener can be reached, and whether the machine's addresses have them. */
  #familiesOf({ address }: PortListener): readonly { readonly family: Family; readonly isUsed: boolean }[] {
    const { families } = this.#rules;
    if (address !== '')
      return families.filter((one) => one === versionOf(address)).map((family) => ({ family, isUsed: true }));
    const { controlPlane, nodes } = this.#node.peers;
    const used = new Set([...controlPlane, ...nodes].map(versionOf));
    return families.map((family) => ({ family, isUsed: used.size === 0 || used.has(family) }));
  }

  /** Programs of the node reach each other over loopback: one rule for all of them, and one finding. */
  loopback(): readonly PortFinding[] {
    const shut = this.#node.listeners.flatMap((one) => {
      const family = versionOf(one.address);
      if (one.scope !== 'loopback' || !this.#rules.families.includes(family)) return [];
      const verdict = this.#decide(one, family, true);
      return verdict.kind === 'closed' || verdict.kind === 'undecided' ? [{ one, verdict }] : [];
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

  /**
   * A listener on every address is closed where it is in each IP version that the machine has, and open to everybody
   * where it is in any of the file's.
   */
  listener(one: PortListener): readonly PortFinding[] {
    const all = this.#familiesOf(one).map((each) => ({ ...each, verdict: this.#decide(one, each.family) }));
    const used = all.filter(({ isUsed }) => isUsed);
    const [first] = used;
    if (first === undefined) return one.need.kind === 'required' ? [this.#unseen(one)] : [];
    const others = all.filter(({ verdict }) => verdict.kind !== first.verdict.kind);
    const over = (family: Family): string => (others.length === 0 ? '' : ` over IPv${family}`);
    const open = all.find(({ verdict }) => verdict.kind === 'open');
    const reached = used.find(({ verdict }) => verdict.kind === 'limited');
    const findings = open === undefined ? [] : this.#open(one, open.verdict, over(open.family));
    if (used.every(({ verdict }) => verdict.kind === 'closed')) {
      return [...this.#closed(one, first.verdict, over(first.family)), ...findings];
    }
    if (findings.length > 0 || used.some(({ verdict }) => verdict.kind === 'open')) return findings;
    if (reached !== undefined) return this.#open(one, reached.verdict, over(reached.family));
    return isIndifferent(one)
      ? []
      : [this.#undecided(one, used.find(({ verdict }) => verdict.kind === 'undecided')?.verdict ?? first.verdict)];
  }

  #undecided(one: PortListener, verdict: FirewallVerdict): PortFinding {
    return finding(
      'undecided',
      'not-assessed',
      one,
      `Whether ${at(one)} is open: ${verdict.why}. ${meant(one)}`,
      verdict,
    );
  }

  /** A file of one IP version, and a listener on an address of the other. */
  #unseen(one: PortListener): PortFinding {
    const other = this.#rules.families[0] === 6 ? 'IPv4' : 'IPv6';
    const version = one.address === '' ? other : `IPv${versionOf(one.address)}`;
    const message = `Whether ${at(one)} is open: the file says nothing of ${version}. ${meant(one)}`;
    return finding('undecided', 'not-assessed', one, message, { kind: 'undecided', why: '' });
  }

  #closed(one: PortListener, verdict: FirewallVerdict, over: string): readonly PortFinding[] {
    const { need } = one;
    const shut = `${capital(at(one))} is closed${over} (${verdict.why})`;
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

  #open(one: PortListener, verdict: FirewallVerdict, over: string): readonly PortFinding[] {
    const { reach } = one;
    const whom = verdict.kind === 'open' ? 'everybody' : 'some';
    if (reach.includes('nobody')) {
      const message = `${capital(at(one))} is open to ${whom}${over} (${verdict.why}): ${meant(one)}`;
      return [finding('open', 'warn', one, message, verdict)];
    }
    if (verdict.kind === 'limited' || reach.some((who) => ANYWHERE.includes(who))) return [];
    // Where nobody can tell whether it listens, an open door is one only if somebody opened it by its number.
    if (isPlugin(one) && !this.#admitted.some((rule) => isOn(one, rule))) return [];
    const message = `${capital(at(one))} is open to everybody${over} (${verdict.why}), and only ${reachText(beyondSelf(one))} must reach ${ownerText(one)}.`;
    return [finding('open', 'warn', one, message, verdict)];
  }

  /** What a rule admits and nobody listens on. */
  admission(rule: AdmittedPorts): readonly PortFinding[] {
    const { protocol, port, lastPort, line } = rule;
    const [first] = this.#uncovered(rule);
    if (first === undefined) return [];
    const [from, to] = first;
    const isAdmitted = this.#rules.families.some((family) => {
      const { kind } = this.#rules.decide({ protocol, port: from, family, loopback: false });
      return kind === 'open' || kind === 'limited';
    });
    if (!isAdmitted) return [];
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

  /** The parts of a range that neither a listener nor a pod has. */
  #uncovered({ protocol, port, lastPort }: AdmittedPorts): readonly (readonly [number, number])[] {
    const pods = this.#node.podPorts.map((one) => ({ ...one, lastPort: one.port, scope: 'every' }));
    const taken = [...this.#node.listeners, ...pods]
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

/** Nobody can tell from the input whether it listens: no object says so. */
function isPlugin({ cause }: PortListener): boolean {
  return cause.setting === 'network plugin' && cause.origin !== 'config-file';
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
