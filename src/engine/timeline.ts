/** The report on ends -> the order of events, the first outage, and what renewing would move. */
import type { ExpiryCertificate, ExpiryReport } from '../model/expiry-report.ts';
import { leafValidity } from '../model/kubeadm.ts';
import type { NodeModel } from '../model/node.ts';
import type { PathId } from '../model/path.ts';
import type { PoweredOff, RenewalStep, TimelineDay, TimelineEvent, TimelineReport } from '../model/timeline-report.ts';
import { formatTime } from '../text/date.ts';
import { consequencesOf, effectsOf, stopsTheCluster } from './consequences.ts';
import type { Cluster } from './consequences.ts';

/** What a machine's model tells that the report on ends does not. */
export interface Machine extends Cluster {
  /** For how long kubeadm issues certificates, in milliseconds. */
  readonly validity: number;
  /** False for what stands for the objects of a cluster: nobody switches that off. */
  readonly isMachine: boolean;
}

/** What the timeline needs of a node. */
export function machineOf({ components, kubeadm, layout }: NodeModel): Machine {
  const cluster = components.get('etcd')?.settings.get('initial-cluster')?.value;
  return {
    etcdMembers: Array.isArray(cluster)
      ? cluster.length
      : typeof cluster === 'string' && cluster !== ''
        ? cluster.split(',').length
        : undefined,
    validity: leafValidity(kubeadm),
    isMachine: layout !== 'cluster',
  };
}

/** Puts the timeline together. */
export function buildTimeline(expiry: ExpiryReport, machines: ReadonlyMap<string, Machine>): TimelineReport {
  const at = new Date(expiry.evaluatedAt);
  // What a CA takes along ends with the event of that CA.
  const own = expiry.certificates.filter(({ endsWith }) => endsWith === null);
  const events = gathered(own).map((copies) => eventOf(copies, expiry.certificates, machines));
  const { schemaVersion, tool, evaluatedAt, inputs, problems } = expiry;
  const first = outages(expiry.certificates)[0];
  return {
    schemaVersion,
    tool,
    evaluatedAt,
    inputs,
    events,
    firstOutage:
      first === undefined ? null : { at: first.endsAt, daysLeft: first.daysLeft, node: first.node, file: first.file },
    days: daysOf(events, machines),
    poweredOff: expiry.nodes.flatMap(({ name }) =>
      machines.get(name)?.isMachine === false ? [] : poweredOff(expiry.certificates, name),
    ),
    renewals: [...machines].flatMap(([name, machine]) => renewalsOf(expiry.certificates, name, machine, at)),
    unseen: expiry.unseen.map(({ node, role, message }) => `${node}: ${role}: ${message}`),
    problems,
  };
}

/** A CA that lies in several files ends once. */
function gathered(certificates: readonly ExpiryCertificate[]): readonly (readonly ExpiryCertificate[])[] {
  const groups = new Map<string, ExpiryCertificate[]>();
  for (const one of certificates) {
    const key = `${one.node} ${one.sha256}${one.kind === 'leaf' ? ` ${one.file}` : ''}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function eventOf(
  copies: readonly ExpiryCertificate[],
  all: readonly ExpiryCertificate[],
  machines: ReadonlyMap<string, Machine>,
): TimelineEvent {
  const [one] = copies;
  if (one === undefined) throw new Error('an event of no certificate');
  const cluster: Cluster = machines.get(one.node) ?? { etcdMembers: undefined };
  const breaks = [...new Set(copies.flatMap((copy) => copy.breaks))];
  const isKubelets = renewsItself(one);
  const { how, restart } = one.renewal;
  return {
    at: one.endsAt,
    daysLeft: one.daysLeft,
    node: one.node,
    what: one.kind === 'authority' ? `CA ${one.subject}` : (one.roles[0] ?? one.subject),
    // The file of its own before the kubeconfigs that hold a copy.
    files: copies.map(({ file }) => file).sort((a, b) => Number(isKubeconfig(a)) - Number(isKubeconfig(b))),
    sha256: one.sha256,
    kind: one.kind,
    takesAlong: all
      .filter(
        ({ node, endsWith }) =>
          node === one.node &&
          copies.some(({ file, subject }) => file === endsWith?.file && subject === endsWith.subject),
      )
      .map(({ file }) => file),
    breaks,
    then: consequencesOf(breaks, pathsOf(all, one.node), cluster),
    manual: !isKubelets,
    renewal: isKubelets
      ? 'The kubelet renews it before, as long as it runs and reaches the API server.'
      : one.renewal.by === 'kubelet'
        ? one.remediation
        : `${how}${restart === null ? '' : ` Then restart ${restart}.`}`,
  };
}

/** A check that alarms has found that the kubelet does not renew it: it is overdue, or has ended. */
function renewsItself({ renewal, status }: ExpiryCertificate): boolean {
  return renewal.by === 'kubelet' && status !== 'warn' && status !== 'fail';
}

function isKubeconfig(file: string): boolean {
  return !/\.(?:crt|pem|cer)$/.test(file);
}

/** The paths of a machine that certificates have a part in. */
function pathsOf(certificates: readonly ExpiryCertificate[], node: string): ReadonlySet<PathId> {
  return new Set(certificates.filter((one) => one.node === node).flatMap(({ paths }) => paths));
}

/** What ends on one day is noticed together. */
function daysOf(events: readonly TimelineEvent[], machines: ReadonlyMap<string, Machine>): readonly TimelineDay[] {
  const broken = new Map<string, { readonly day: string; readonly node: string; readonly paths: Set<PathId> }>();
  for (const { at, node, breaks, then, manual } of events) {
    if (!manual || breaks.length === 0) continue;
    const day = at.slice(0, 10);
    const known = broken.get(`${day} ${node}`) ?? { day, node, paths: new Set<PathId>() };
    for (const path of [...breaks, ...then]) known.paths.add(path);
    broken.set(`${day} ${node}`, known);
  }
  return [...broken.values()].map(({ day, node, paths }) => ({
    day,
    node,
    effects: effectsOf([...paths], machines.get(node) ?? { etcdMembers: undefined }),
  }));
}

/** What stops something of the cluster and is not renewed unasked, first to end first. */
function outages(certificates: readonly ExpiryCertificate[]): readonly ExpiryCertificate[] {
  return certificates
    .filter((one) => stopsTheCluster(one.breaks) && !renewsItself(one))
    .toSorted((a, b) => (a.endsAt < b.endsAt ? -1 : 1));
}

/**
 * The kubelet renews nothing while the machine is off, and cannot with a client certificate that has ended; a serving
 * certificate it asks for anew.
 */
function poweredOff(certificates: readonly ExpiryCertificate[], node: string): readonly PoweredOff[] {
  const [first] = certificates
    .filter((one) => one.node === node && stopsTheCluster(one.breaks))
    .filter((one) => !renewsItself(one) || one.side === 'client')
    .toSorted((a, b) => (a.endsAt < b.endsAt ? -1 : 1));
  return first === undefined ? [] : [{ node, until: first.endsAt, daysLeft: first.daysLeft, file: first.file }];
}

function renewalsOf(
  certificates: readonly ExpiryCertificate[],
  node: string,
  machine: Machine,
  at: Date,
): readonly RenewalStep[] {
  const mine = certificates.filter((one) => one.node === node && one.renewal.by === 'kubeadm');
  const all = mine.map((one) => ({ one, ...renewed(one, certificates, machine, at) }));
  const steps = all.map(({ one, to, limitedBy }): RenewalStep => ({
    node,
    command: /`(kubeadm certs renew [^`]+)`/.exec(one.renewal.how)?.[1] ?? one.renewal.how,
    files: [one.file],
    from: one.endsAt,
    to,
    limitedBy,
    restart: one.renewal.restart === null ? [] : [one.renewal.restart],
    firstOutage: firstOutageWith(certificates, new Map([[one, to]])),
  }));
  if (steps.length < 2) return steps;
  const ends = all.map(({ to }) => to).sort();
  return [
    {
      node,
      command: 'kubeadm certs renew all',
      files: mine.map(({ file }) => file),
      from: mine.map(({ endsAt }) => endsAt).sort()[0] ?? '',
      to: ends[0] ?? '',
      limitedBy: all.find(({ to }) => to === ends[0])?.limitedBy ?? null,
      restart: [...new Set(steps.flatMap(({ restart }) => restart))].sort(),
      firstOutage: firstOutageWith(certificates, new Map(all.map(({ one, to }) => [one, to]))),
    },
    ...steps,
  ];
}

/** When the new one would no longer be accepted: as long as kubeadm issues, or as long as its CA lasts. */
function renewed(
  { issuer, node, breaks }: ExpiryCertificate,
  certificates: readonly ExpiryCertificate[],
  { validity }: Machine,
  at: Date,
): { readonly to: string; readonly limitedBy: string | null } {
  const issued = formatTime(new Date(at.getTime() + validity));
  const [authority] = certificates
    .filter((one) => one.node === node && one.kind === 'authority' && one.subject === issuer)
    // CAs of one name are told apart by the paths that they serve.
    .filter((one) => breaks.length === 0 || one.breaks.some((path) => breaks.includes(path)))
    // kubeadm signs with the CA in its folder, of which kubeconfigs may hold an older copy.
    .toSorted(
      (a, b) => Number(isKubeconfig(a.file)) - Number(isKubeconfig(b.file)) || (a.notAfter > b.notAfter ? -1 : 1),
    );
  return authority !== undefined && authority.notAfter < issued
    ? { to: authority.notAfter, limitedBy: authority.file }
    : { to: issued, limitedBy: null };
}

/** The first outage where some certificates end at another time. */
function firstOutageWith(
  certificates: readonly ExpiryCertificate[],
  moved: ReadonlyMap<ExpiryCertificate, string>,
): string | null {
  const ends = outages(certificates)
    .map((one) => moved.get(one) ?? one.endsAt)
    .sort();
  return ends[0] ?? null;
}
