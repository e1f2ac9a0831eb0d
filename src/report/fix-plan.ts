/** The plan for people: what to look at first, what to change, what restarts, how to verify, how to go back. */
import { isDeepStrictEqual } from 'node:util';
import { createTwoFilesPatch } from 'diff';
import type { FileChange, FixPlan, FindingName, PlanStep, RowCounts } from '../model/fix.ts';
import { wrap } from '../text/width.ts';
import { joinBlocks, labelled } from './blocks.ts';
import { painter } from './style.ts';
import type { Painter } from './style.ts';
import { oneLine, valueText } from './words.ts';

const MIN_WIDTH = 80;
const INDENT = 11;

interface Page {
  readonly width: number;
  readonly indent: number;
  readonly paint: Painter;
}

/** Prints the plan; nothing of it was done. */
export function renderFixPlan(plan: FixPlan, options: { readonly width: number; readonly colour: boolean }): string {
  const page: Page = { width: Math.max(options.width, MIN_WIDTH), indent: INDENT, paint: painter(options.colour) };
  const held = plan.steps.filter(({ breaks }) => breaks.length > 0);
  const steps = plan.steps.filter(({ breaks }) => breaks.length === 0);
  const blocks = [
    steps.length === 0 ? ['No step can be taken as things are.'] : [intro(steps.length)],
    ...steps.map((step, index) => stepBlock(page, step, `Step ${index + 1}`, `${SAVED}/${index + 1}`)),
    ...held.map((step, index) =>
      stepBlock(page, step, page.paint.as('fail', 'NOT YET'), `${SAVED}/${steps.length + index + 1}`),
    ),
    othersBlock(page, plan),
    wrap(summary(plan, held.length), page.width),
  ];
  return joinBlocks(blocks);
}

function intro(count: number): string {
  return `${count} ${count === 1 ? 'step' : 'steps'}, to be taken in this order, one after the other, on one control-plane node at a time. Nothing was changed.`;
}

/** @param saved where the files are kept as they are before this step, which is not as they were before the plan */
function stepBlock(page: Page, step: PlanStep, title: string, saved: string): string[] {
  const settings = Object.entries(step.set).map(([name, value]) =>
    value === null ? `without ${name}` : `${name} = ${valueText(value)}`,
  );
  const checks = [...new Set(step.findings.map(({ check }) => check))];
  // `patch` reads the whole plan and passes over what is no diff.
  const bar = step.breaks.length > 0 ? '| ' : '';
  const paths = [...new Set(step.findings.map(({ path }) => path))];
  return [
    page.paint.bold(`${title}: ${step.component} on ${oneLine(step.node)}: ${settings.join(', ')}`),
    ...labelled(page, 'mends', `${checks.join(', ')} on ${paths.join(', ')}`),
    ...step.breaks.flatMap((one) => labelled(page, 'BREAKS', findingText(one))),
    ...step.breaksAlone.flatMap((one) =>
      labelled(page, 'CAREFUL', `without the steps before it, it breaks: ${findingText(one)}`),
    ),
    ...step.before.flatMap((text) => labelled(page, 'first', text)),
    ...(step.byHand === null ? [] : labelled(page, 'by hand', step.byHand)),
    ...step.changes.flatMap((change) => ['', ...diffLines(page, change).map((line) => `${bar}${line}`), '']),
    ...(step.changes.some((change) => diffOf(change).some((line) => diffLine(line) !== line))
      ? labelled(
          page,
          'note',
          'The file has characters that are not printed as they are: `patch` does not take this diff, so write it by hand.',
        )
      : []),
    ...(step.kubeadm === null ? [] : kubeadmLines(page, step.kubeadm)),
    ...(step.changes.length === 0 ? [] : labelled(page, 'save', saving(step, saved))),
    ...labelled(page, 'restart', restarting(step)),
    ...step.brings.flatMap((one) => labelled(page, 'brings', findingText(one))),
    ...step.after.flatMap((text) => labelled(page, 'then', text)),
    ...labelled(
      page,
      'verify',
      `kubetls ${paths.map((id) => `--path ${id}`).join(' ')} ${checks.map((id) => `--check ${id}`).join(' ')}`,
    ),
    ...(step.changes.length === 0 ? [] : labelled(page, 'back', goingBack(step, saved))),
  ];
}

const SAVED = '/root/before-kubetls';

/** A copy in the folder of the manifests would be a second static pod. */
function saving({ changes }: PlanStep, saved: string): string {
  return `mkdir -p ${saved} && cp -a ${changes.map(({ file }) => shellWord(file)).join(' ')} ${saved}/`;
}

/** A name as the shell takes it for one word. */
function shellWord(text: string): string {
  const word = oneLine(text);
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function restarting({ component, startedBy }: PlanStep): string {
  if (component === 'kubelet') return 'systemctl restart kubelet (pods go on)';
  if (startedBy?.kind === 'kubeadm-config') {
    return `none before the cluster exists; after that \`kubeadm init phase\` writes the manifest anew, and the kubelet starts ${component} with it`;
  }
  if (startedBy?.kind === 'systemd-unit' || startedBy?.kind === 'environment-file') {
    const [unit = component] = /[^/]+(?=\.service$)/.exec(startedBy.file) ?? [];
    return `systemctl daemon-reload && systemctl restart ${shellWord(unit)}`;
  }
  if (startedBy?.kind !== 'static-pod') return `${component}, in the way this node starts it`;
  const minute = component === 'kube-apiserver' ? '; the API of this node is gone for half a minute' : '';
  return `by itself: the kubelet starts ${component} anew when its manifest has changed${minute}; \`crictl ps --name ${component}\` shows it`;
}

function goingBack({ changes, component }: PlanStep, saved: string): string {
  const copies = changes.map(
    ({ file }) => `cp -a ${saved}/${shellWord(file.split('/').at(-1) ?? '')} ${shellWord(file)}`,
  );
  return [...copies, ...(component === 'kubelet' ? ['systemctl restart kubelet'] : [])].join(' && ');
}

function diffOf({ file, before, after }: FileChange): string[] {
  const name = oneLine(file);
  const patch = createTwoFilesPatch(name, name, before, after, undefined, undefined, { context: 2 });
  return patch.split('\n').filter((line) => line !== '' && !/^(?:===|Index: )/.test(line));
}

function diffLines({ paint }: Page, change: FileChange): string[] {
  return diffOf(change).map((line) => {
    const text = diffLine(line);
    if (line.startsWith('+') && !line.startsWith('+++')) return paint.as('pass', text);
    return line.startsWith('-') && !line.startsWith('---') ? paint.as('fail', text) : text;
  });
}

/** Tabs and the end of a line of Windows are no danger to a terminal, and `patch` compares them. */
function diffLine(line: string): string {
  const end = line.endsWith('\r') ? '\r' : '';
  return (
    line
      .slice(0, line.length - end.length)
      .split('\t')
      .map((part) => oneLine(part, Number.POSITIVE_INFINITY))
      .join('\t') + end
  );
}

function kubeadmLines(page: Page, { where, text }: NonNullable<PlanStep['kubeadm']>): string[] {
  return [
    ...labelled(page, 'kubeadm', `so that an upgrade keeps it, in ${oneLine(where)}:`),
    ...text
      .trimEnd()
      .split('\n')
      .map((line) => `${' '.repeat(INDENT + 2)}${oneLine(line)}`),
  ];
}

function othersBlock(page: Page, { others }: FixPlan): string[] {
  const shown = new Map(others.map((one) => [`${one.node} ${one.check} ${one.message}`, one]));
  if (shown.size === 0) return [];
  return [
    page.paint.bold('What no flag or field mends'),
    ...[...shown.values()].flatMap((one) => [
      ...labelled(page, one.status === 'fail' ? 'FAIL' : 'WARN', findingText(one)),
      ...labelled(page, 'fix', one.remediation),
    ]),
  ];
}

function findingText({ check, path, message }: FindingName): string {
  return `${check} on ${path}: ${message}`;
}

function summary({ rows: { running, before, after } }: FixPlan, held: number): string {
  const counts = ({ fail, warn, pass }: RowCounts): string => `${fail} fail, ${warn} warn, ${pass} pass`;
  const asRead = isDeepStrictEqual(running, before)
    ? ''
    : `, ${counts(before)} once what runs is started anew with what the files say (see running-config-drift and running-file-drift)`;
  return `Now ${counts(running)}${asRead}; after the steps ${counts(after)}${held === 0 ? '' : `, with ${held} held back`}.`;
}
