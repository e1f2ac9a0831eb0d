/** The report as a page: what is in it, and that what is hostile stays text. What a browser makes of it: html-browser.test.ts. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PATH_IDS } from '../../src/model/path.ts';
import type { Report } from '../../src/model/report.ts';
import { renderHTML } from '../../src/report/html/page.ts';
import { SCRIPT } from '../../src/report/html/script.ts';
import { STYLE } from '../../src/report/html/style.ts';
import { oneLine } from '../../src/report/words.ts';
import { checkSources } from '../../src/run/run.ts';
import { AT } from '../support/cases.ts';
import { realNode } from '../support/node.ts';
import { expectGolden } from './golden.ts';
import { forestReport, markupReport, MARKUP, twinReport, waivedReport } from './html-samples.ts';
import { cleanReport, emptyReport, hostileReport } from './sample.ts';

const render = (report: Report, quiet = false): string => renderHTML(report, { quiet });

const real = async (): Promise<Report> => {
  const result = await checkSources([await realNode('kubeadm-v136-weak-external-etcd')], { at: new Date(AT) });
  if (!result.ok) throw new Error(result.message);
  return result.report;
};

const reports: readonly (readonly [string, () => Report | Promise<Report>])[] = [
  ['hostile', () => hostileReport],
  ['markup', () => markupReport],
  ['forest', () => forestReport],
  ['waived', () => waivedReport],
  ['twins', () => twinReport],
  ['clean', () => cleanReport],
  ['empty', () => emptyReport],
  ['weak', real],
];

const escaped = (text: string): string =>
  oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** The page without style and script. */
const body = (page: string): string => page.replace(STYLE, '').replace(SCRIPT, '');

/** Text of the page, with what markup gives a word another look taken away. */
const words = (page: string): string => body(page).replaceAll(/<\/?code>/g, '');

const VOID = new Set(['meta', 'br', 'input']);
const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9:-]*(?:="[^"<>]*")?)*)\s*(\/?)>|<!doctype html>/g;

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Every element. Fails where a `<` starts no tag of ours, or a tag is closed that is not open. */
function elementsOf(page: string): readonly Element[] {
  const found: Element[] = [];
  const open: string[] = [];
  const rest = body(page).replaceAll(
    TAG,
    (_all, close: string, name: string | undefined, attributes: string, empty: string) => {
      if (name === undefined) return '';
      if (close === '/') {
        expect(open.pop()).toBe(name);
        return '';
      }
      if (!VOID.has(name) && empty === '') open.push(name);
      found.push({
        name,
        attributes: new Map(
          [...attributes.matchAll(/([a-zA-Z][a-zA-Z0-9:-]*)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [
            key,
            value,
          ]),
        ),
      });
      return '';
    },
  );
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]/);
  return found;
}

test('golden', () => {
  expectGolden('report.html', render(hostileReport));
});

describe.each(reports)('%s', (_name, make) => {
  test('is made of our elements only, none of which loads, sends or runs anything', async () => {
    const report = await make();
    const elements = elementsOf(render(report));
    expect([...new Set(elements.map(({ name }) => name))].toSorted()).toEqual(
      expect.arrayContaining(['body', 'head', 'html', 'script', 'style']),
    );
    const ours =
      'html head meta title style body a header h1 h2 h3 span p b ul ol li nav main section div label input button svg g rect text polyline polygon line circle table caption thead tbody tr th td details summary code br footer script';
    const urls = new Set(
      report.paths.flatMap(({ checks }) => checks.flatMap((one) => one.references.map(({ url }) => url))),
    );
    for (const { name, attributes } of elements) {
      expect(ours.split(' ').concat('title')).toContain(name);
      for (const [key, value] of attributes) {
        // A style attribute would be refused by the policy.
        expect(key).not.toMatch(/^(?:on|style$|src$|action$)/);
        if (key === 'href') expect(value.startsWith('#') || urls.has(value)).toBe(true);
      }
    }
  });

  test('has every anchor that it links to, and none twice', async () => {
    const elements = elementsOf(render(await make()));
    const ids = elements.flatMap(({ attributes }) => attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const links = elements.map(({ attributes }) => attributes.get('href') ?? '').filter((one) => one.startsWith('#'));
    for (const link of links) expect(ids).toContain(link.slice(1));
  });

  test('has every row, drawn and in words, and every finding', async () => {
    const report = await make();
    const page = words(render(report));
    const nodes = report.nodes.map(({ name }) => name);
    const seen = new Set<string>();
    for (const path of report.paths) {
      const first = `n${nodes.indexOf(path.node)}-${path.id}`;
      const anchor = seen.has(first) ? `n${nodes.lastIndexOf(path.node)}-${path.id}` : first;
      seen.add(anchor);
      expect(page).toContain(`id="${anchor}"`);
      expect(page).toContain(`<a class="arrow ${path.status}" href="#${anchor}"`);
      const start = page.indexOf(`id="${anchor}"`);
      const row = page.slice(start, page.indexOf('</tbody>', start));
      if (path.reason !== null) expect(row).toContain(plain(path.reason));
      for (const check of path.checks) {
        expect(row).toContain(check.id);
        expect(row).toContain(plain(check.status === 'pass' ? check.title : check.message));
        if (check.status !== 'fail' && check.status !== 'warn') continue;
        for (const line of check.remediation.split('\n')) expect(row).toContain(plain(line));
        for (const { file } of check.evidence)
          if (file !== undefined) expect(row).toContain(escaped(oneLine(file, 300)));
      }
    }
    for (const { message } of report.problems) expect(page).toContain(escaped(message));
    for (const { subject } of report.certificates) expect(page).toContain(escaped(subject));
  });

  test('is the same every time, and its policy is for its own style and script', async () => {
    const report = await make();
    const page = render(report);
    expect(render(report)).toBe(page);
    const hash = (name: string): string => {
      const [, text = ''] = new RegExp(`<${name}>([^]*?)</${name}>`).exec(page) ?? [];
      expect(text.length).toBeGreaterThan(1000);
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    expect(page).toContain(
      `content="default-src 'none'; style-src ${hash('style')}; script-src ${hash('script')}; base-uri 'none'; form-action 'none'"`,
    );
  });
});

/** What stands in backticks is code, and so without them. */
const plain = (text: string): string => escaped(text).replaceAll('`', '');

test('markup in names stays text', () => {
  const page = render(markupReport);
  expect(page).toContain(`Kubernetes version unknown`);
  expect(page).toContain(`backup-${escaped(MARKUP)}.tar.gz`);
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page.match(/<\/style/g)).toHaveLength(1);
  expect(page).not.toMatch(/<img|javascript:(?!alert\(4\)&quot;)|<svg on/);
});

test('quiet leaves out rows that are fine, and says nothing when all are', () => {
  expect(render(cleanReport, true)).toBe('');
  const page = render(hostileReport, true);
  expect(page).toContain('id="n0-apiserver-to-kubelet"');
  expect(page).not.toContain('kubelet-to-apiserver"');
  // A waiver at fault is something to say.
  expect(render({ ...cleanReport, waivers: waivedReport.waivers }, true)).toContain('ended on 2027-03-31');
});

test('nodes of one name have a picture and rows each, also where some are left out', () => {
  const ids = (page: string): readonly string[] =>
    elementsOf(page).flatMap(({ name, attributes }) => (name === 'tbody' ? [attributes.get('id') ?? ''] : []));
  const rows = twinReport.paths.slice(0, twinReport.paths.length / 2).map(({ id }) => id);
  const page = render(twinReport);
  expect(page.match(/<svg class="picture"/g)).toHaveLength(2);
  expect(ids(page)).toEqual([0, 1].flatMap((node) => rows.map((id) => `n${node}-${id}`)));
  // The second node passes, so that nothing leads there.
  expect(page.slice(page.indexOf('id="first"'), page.indexOf('id="filter"'))).not.toContain('#n1-');
  const reversed = {
    ...twinReport,
    paths: [...twinReport.paths.slice(rows.length), ...twinReport.paths.slice(0, rows.length)],
  };
  expect(new Set(ids(render(reversed, true)).map((id) => id.slice(0, 2)))).toEqual(new Set(['n1']));
});

test('what is waived is told as such, and is nothing to look at', () => {
  const page = words(render(waivedReport));
  const first = page.slice(page.indexOf('id="first"'), page.indexOf('id="filter"'));
  expect(first).not.toContain('apiserver-kubelet-ca-set');
  expect(first).not.toContain('certificates-in-date');
  expect(first).toContain('certificate-names');
  expect(first).toContain('the waiver of waived-expired ended on 2027-03-31 (in March)');
  expect(first).toContain('the waiver of waived-unused met no finding');
  expect(first).not.toContain('waived-used');
  expect(page).toContain('Waived until 2027-03-31: in March');
  expect(page).toContain('Does not count: as in old.json');
  expect(page).toContain('<b>4</b> findings waived');
  expect(page.slice(page.indexOf('id="waivers"')).match(/IN USE|ENDED|MEETS NOTHING|NOT JUDGED/g)).toEqual([
    'IN USE',
    'ENDED',
    'MEETS NOTHING',
    'NOT JUDGED',
  ]);
});

test('certificates hang from who signed them, each once', () => {
  const page = body(render(forestReport));
  const tree = page.slice(page.indexOf('<ul class="tree">'), page.indexOf('id="problems"'));
  const depths = new Map<string, number>();
  let depth = 0;
  for (const [, open, close, name] of tree.matchAll(/(<ul)|(<\/ul>)|<b>([^<]*)<\/b>/g)) {
    if (open !== undefined) depth++;
    else if (close !== undefined) depth--;
    else if (name !== undefined) {
      expect(depths.has(name), name).toBe(false);
      depths.set(name, depth);
    }
  }
  expect(Object.fromEntries([...depths].filter(([name]) => !name.includes('deep')))).toEqual({
    'CN=root': 1,
    'CN=between': 2,
    'CN=leaf': 3,
    'CN=elsewhere': 1,
    'CN=orphan': 2,
    'CN=hen': 1,
    'CN=egg': 2,
    'CN=none': 1,
  });
  expect([...depths.keys()].filter((name) => name.includes('deep'))).toHaveLength(41);
  expect(Math.max(...depths.values())).toBeLessThan(10);
  expect(tree).toContain(
    'cp-1: /etc/kubernetes/pki/CN=root.crt, cp-2: /etc/kubernetes/pki/CN=root.crt, cp-1: /etc/kubernetes/admin.conf',
  );
});

test('ends stand in order, and what has ended is told so in a word', () => {
  const page = body(render(forestReport));
  const timeline = page.slice(page.indexOf('<ol class="timeline">'), page.indexOf('id="certificates"'));
  expect(timeline.match(/<li[ >]/g)).toHaveLength(forestReport.certificates.length - 2);
  expect(timeline.indexOf('2026-11-01 expired')).toBeGreaterThan(0);
  expect(timeline.indexOf('2026-11-01 expired')).toBeLessThan(timeline.indexOf('2030-01-01'));
  expect(timeline).not.toMatch(/NaN|Infinity/);
});

test('a page stays one that a browser can draw, whatever the report holds', () => {
  const [row] = hostileReport.paths;
  const finding = row?.checks.find(({ status }) => status === 'fail');
  const [certificate] = hostileReport.certificates;
  const [problem] = hostileReport.problems;
  if (row === undefined || finding === undefined || certificate === undefined || problem === undefined) {
    throw new Error('no sample');
  }
  const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
  const evidence = many(30, () => finding.evidence).flat();
  const page = render({
    ...hostileReport,
    paths: PATH_IDS.map((id) => ({
      ...row,
      id,
      checks: many(500, (index) => ({ ...finding, evidence, id: `${id}-${index}`, message: '`'.repeat(5000) })),
    })),
    certificates: many(5000, (index) => ({ ...certificate, sha256: String(index) })),
    problems: many(5000, (index) => ({ ...problem, subject: `subject ${index}` })),
  });
  expect(page.length).toBeLessThan(20_000_000);
  expect(page).toContain('<li>and 500 more, in the JSON report</li>');
  expect(page).toContain('4500 more certificates are in the JSON report.');
  expect(page).toContain('<li>and 4500 more, in the JSON report</li>');
});
