/** Formats that other programs read: golden files, and what those programs' own schemas and parsers say of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import AjvDraft04 from 'ajv-draft-04';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse as parseCSV } from 'csv-parse/sync';
import { marked } from 'marked';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { parse as parseYAML, parseAllDocuments } from 'yaml';
import type { Report } from '../../src/model/report.ts';
import { FORMATS, reporterFor } from '../../src/report/formats.ts';
import type { Format } from '../../src/report/formats.ts';
import { checkSources } from '../../src/run/run.ts';
import { AT } from '../support/cases.ts';
import { goJudge } from '../support/go.ts';
import { realNode } from '../support/node.ts';
import type { ClusterName } from '../support/node.ts';
import { expectGolden } from './golden.ts';
import { cleanReport, emptyReport, hostileReport } from './sample.ts';

const PAGE = { width: 120, colour: false, quiet: false, verbose: false } as const;

const render = async (format: Format, report: Report, options: Partial<typeof PAGE> = {}): Promise<string> =>
  await reporterFor(format)(report, { ...PAGE, ...options });

async function realReport(name: ClusterName): Promise<Report> {
  const result = await checkSources([await realNode(name)], { at: new Date(AT) });
  if (!result.ok) throw new Error(result.message);
  return result.report;
}

const reports: readonly (readonly [string, () => Report | Promise<Report>])[] = [
  ['hostile', () => hostileReport],
  ['clean', () => cleanReport],
  ['empty', () => emptyReport],
  ['default', () => realReport('kubeadm-v136-default')],
  ['weak', () => realReport('kubeadm-v136-weak-external-etcd')],
];

const schema = (file: string): string => readFileSync(join(import.meta.dirname, 'schemas', file), 'utf8');

const FILES = {
  markdown: 'report.md',
  sarif: 'report.sarif',
  junit: 'junit.xml',
  nagios: 'nagios.txt',
  prometheus: 'metrics.prom',
  'prometheus-x509': 'x509.prom',
  openreports: 'openreports.yaml',
  csv: 'certificates.csv',
} as const;

test.each(Object.entries(FILES) as [Format, string][])('%s: %s', async (format, file) => {
  expectGolden(file, await render(format, hostileReport));
});

test.each(FORMATS.filter((format) => format !== 'csv'))(
  '%s ends in a newline, and no terminal obeys it',
  async (format) => {
    const text = await render(format, hostileReport);
    expect(text).toMatch(/[^\n]\n$/);
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u202e\u200b]/u);
  },
);

describe.each(reports)('%s', (_name, make) => {
  test('SARIF is what the schema of OASIS promises', async () => {
    const validate = new AjvDraft04.default({ allErrors: true, strict: false, validateFormats: false }).compile(
      JSON.parse(schema('sarif-schema-2.1.0.json')) as object,
    );
    for (const verbose of [false, true]) {
      validate(JSON.parse(await reporterFor('sarif')(await make(), { ...PAGE, verbose })));
      expect(validate.errors).toBeNull();
    }
  });

  test('JUnit is XML, and what readers of it agree on', async () => {
    const { valid, errors } = await validateXML({
      xml: { fileName: 'report.xml', contents: await render('junit', await make()) },
      schema: schema('junit.xsd'),
    });
    expect(errors).toEqual([]);
    expect(valid).toBe(true);
  });

  test('OpenReports are what the API server would take', async () => {
    const definition = parseYAML(schema('openreports.io_clusterreports.yaml')) as {
      spec: { versions: { schema: { openAPIV3Schema: object } }[] };
    };
    const validate = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile(
      definition.spec.versions[0]?.schema.openAPIV3Schema ?? false,
    );
    const documents = parseAllDocuments(await render('openreports', await make()));
    for (const document of documents) {
      expect(document.errors).toEqual([]);
      validate(document.toJS());
      expect(validate.errors).toBeNull();
      expect((document.toJS() as { metadata: { name: string } }).metadata.name).toMatch(
        /^[a-z0-9](?:[-a-z0-9]{0,251}[a-z0-9])?$/,
      );
    }
  });

  test('CSV has a cell for every column', async () => {
    const report = await make();
    const rows = parseCSV<Record<string, string>>(await render('csv', report), { columns: true });
    expect(rows.length).toBe(report.certificates.length);
    for (const row of rows) expect(Object.values(row).join('')).not.toMatch(/\n/);
  });

  test('Nagios reads one line with its performance data', async () => {
    const report = await make();
    const [first = '', ...more] = (await render('nagios', report)).trimEnd().split('\n');
    expect(first).toMatch(
      /^KUBETLS (?:OK|WARNING|CRITICAL|UNKNOWN) - [^|]+ \| [a-z_]+=-?\d+(?:;\d*;\d*;\d*)?(?: [a-z_]+=-?\d+(?:;\d*;\d*;\d*)?)*$/,
    );
    for (const line of more) expect(line).not.toContain('|');
  });

  test('in Markdown names from the input stay text', async () => {
    const html = await marked.parse(await render('markdown', await make()), { gfm: true });
    const tags = new Set([...html.matchAll(/<\/?([a-zA-Z][a-zA-Z0-9]*)/g)].map(([, name]) => name));
    for (const tag of tags) {
      expect('h2 h3 p table thead tbody tr th td details summary b strong ul li a code'.split(' ')).toContain(tag);
    }
    const links = new Set(
      (await make()).paths.flatMap(({ checks }) => checks.flatMap((one) => one.references.map(({ url }) => url))),
    );
    for (const [, url = ''] of html.matchAll(/href="([^"]*)"/g)) expect([...links]).toContain(url);
    expect(html).not.toMatch(/(?:^|[^\w])@\w/);
  });
});

test('SARIF: places, severities and identities', async () => {
  const log = JSON.parse(await render('sarif', await realReport('kubeadm-v136-default'))) as {
    runs: { tool: { driver: { rules: { id: string; helpUri: string }[] } }; results: Record<string, unknown>[] }[];
  };
  const run = log.runs[0];
  expect(run?.results.map(({ ruleId, level }) => `${String(level)} ${String(ruleId)}`)).toEqual([
    'error apiserver-kubelet-ca-set',
    'warning kubeconfig-super-admin-on-node',
    'warning apiserver-anonymous-auth',
    'warning kubelet-serving-cert-source',
  ]);
  expect(run?.results[0]).toMatchObject({
    kind: 'fail',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'etc/kubernetes/manifests/kube-apiserver.yaml', uriBaseId: 'NODE' },
          region: { startLine: 1 },
        },
      },
    ],
  });
  expect(run?.tool.driver.rules[0]?.helpUri).toMatch(/^https:\/\/kubernetes\.io\//);
});

test('the verdict of a format is that of the report', async () => {
  const bad = await realReport('kubeadm-v136-default');
  const good = await realReport('kubeadm-v136-hardened-ha');
  expect(await render('nagios', bad)).toMatch(/^KUBETLS CRITICAL - 1 fail, 3 warn, .*: kubelet not verified \|/);
  expect(await render('nagios', good)).toMatch(/^KUBETLS OK - 0 fail, 0 warn, .* days_to_first_expiry=364\n$/);
  expect(await render('junit', bad)).toMatch(/<testsuites name="kubetls" tests="\d+" failures="1" errors="0"/);
  expect(await render('markdown', good, { quiet: true } as never)).toBe('');
  expect(await render('prometheus', bad)).toContain(
    'kubetls_path_status{node="cp-1",path="apiserver-to-kubelet",status="fail"} 1\n',
  );
  expect(await render('prometheus', bad)).toContain(
    'kubetls_check_status{node="cp-1",path="apiserver-to-kubelet",check="apiserver-kubelet-ca-set",status="fail",severity="high",impact="security"} 1\n',
  );
});

test('a formula in a certificate stays text in a spreadsheet', async () => {
  const [certificate] = hostileReport.certificates;
  if (certificate === undefined) throw new Error('no certificate');
  const text = await render('csv', {
    ...hostileReport,
    certificates: [{ ...certificate, subject: '=HYPERLINK("https://evil.example")' }],
  });
  expect(text).toContain(`"'=HYPERLINK(""https://evil.example"")"`);
});

const judge = goJudge(join(import.meta.dirname, 'go'));

describe.skipIf(!judge.usable)(`Prometheus${judge.usable ? '' : ` (${judge.reason})`}`, () => {
  let answers: readonly { error: string; families: number; lint: readonly string[] }[] = [];
  const texts: string[] = [];
  beforeAll(async () => {
    for (const [, make] of reports) {
      for (const format of ['prometheus', 'prometheus-x509'] as const) texts.push(await render(format, await make()));
    }
    if (judge.usable) answers = judge.ask([...texts, 'kubetls_x{a="b} 1\n', 'kubetls_bad_total 1\n']) as typeof answers;
  }, 60_000);
  afterAll(() => {
    if (judge.usable) judge.dispose();
  });

  test("its own parser reads every text, and promtool's linter has nothing to say", () => {
    for (const [index, text] of texts.entries()) {
      expect(answers[index], text.slice(0, 200)).toMatchObject({ error: '', lint: [] });
    }
    expect(answers[0]?.families).toBe(8);
  });

  test('and it would have said so', () => {
    expect(answers.at(-2)?.error).not.toBe('');
    expect(answers.at(-1)?.lint).not.toEqual([]);
  });
});
