/** The page in a real browser: nothing is loaded or refused, everybody can read it, and its few controls work. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { chromium as driver } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { renderHTML } from '../../src/report/html/page.ts';
import { checkSources } from '../../src/run/run.ts';
import { chromium } from '../support/browser.ts';
import { AT } from '../support/cases.ts';
import { realNode } from '../support/node.ts';
import type { ClusterName } from '../support/node.ts';
import { forestReport, markupReport, waivedReport } from './html-samples.ts';
import { emptyReport, hostileReport } from './sample.ts';

const found = chromium();

const CLUSTERS: readonly ClusterName[] = [
  'kubeadm-v136-default',
  'kubeadm-v136-hardened-ha',
  'kubeadm-v136-weak-external-etcd',
  'kubeadm-v128-default',
  'kubeadm-v136-live',
];

async function real(name: ClusterName): Promise<Report> {
  const result = await checkSources([await realNode(name)], { at: new Date(AT) });
  if (!result.ok) throw new Error(result.message);
  return result.report;
}

const SAMPLES = {
  ...Object.fromEntries(CLUSTERS.map((name) => [name, () => real(name)])),
  hostile: () => hostileReport,
  markup: () => markupReport,
  forest: () => forestReport,
  waived: () => waivedReport,
  empty: () => emptyReport,
} as Readonly<Record<string, () => Report | Promise<Report>>>;

const LOOKS = [
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
  { width: 375, colorScheme: 'light' },
  { width: 375, colorScheme: 'dark' },
] as const;

const VIEWS = Object.keys(SAMPLES).flatMap((name, index) =>
  // What differs in the last ones is their text.
  (index <= CLUSTERS.length ? LOOKS : LOOKS.slice(3)).map((look) => ({ name, ...look })),
);

/** What the browser said while the page was open. */
interface Log {
  readonly messages: string[];
  readonly requests: string[];
}

describe.skipIf(!found.usable)(`Chromium${found.usable ? '' : ` (${found.reason})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubetls-html-'));
  let browser: Browser;

  beforeAll(async () => {
    if (found.usable) browser = await driver.launch({ executablePath: found.program });
    for (const [name, make] of Object.entries(SAMPLES)) {
      writeFileSync(join(folder, `${name}.html`), renderHTML(await make(), { quiet: false }));
    }
  }, 120_000);

  afterAll(async () => {
    if (found.usable) await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a page from disk, as people do, and closes it after. */
  async function withPage(
    name: string,
    options: BrowserContextOptions,
    use: (page: Page, log: Log) => Promise<void>,
  ): Promise<void> {
    const context = await browser.newContext(options);
    try {
      const page = await context.newPage();
      const log: Log = { messages: [], requests: [] };
      page.on('console', (message) => log.messages.push(message.text()));
      page.on('pageerror', (error) => log.messages.push(error.message));
      page.on('dialog', (dialog) => {
        log.messages.push(dialog.message());
        void dialog.dismiss();
      });
      page.on('request', (request) => log.requests.push(request.url()));
      await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
      await use(page, log);
    } finally {
      await context.close();
    }
  }

  /** Lists of what passes are all alike, and many: one sample has them open too. */
  const open = async (page: Page, selector: string): Promise<void> => {
    await page.evaluate(`for (const one of document.querySelectorAll('${selector}')) one.open = true`);
  };

  const scrollsSideways = async (page: Page): Promise<boolean> =>
    await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');

  test.each(VIEWS)('$name, $colorScheme, $width pixels', async ({ name, width, colorScheme }) => {
    await withPage(name, { viewport: { width, height: 800 }, colorScheme }, async (page, log) => {
      expect(await page.locator('#filter').isVisible(), 'the script ran').toBe(true);
      expect(await scrollsSideways(page)).toBe(false);
      await open(page, name === 'hostile' || name === 'kubeadm-v136-live' ? 'details' : 'details.told');
      expect(await scrollsSideways(page)).toBe(false);
      expect(log.messages).toEqual([]);
      expect(log.requests).toEqual([page.url()]);
      // By the debugger's door, where the page's policy does not count.
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary])).toEqual([]);
    });
  });

  const visibleRows = async (page: Page): Promise<readonly string[]> =>
    await page
      .locator('tbody.row:visible')
      .evaluateAll((rows) => rows.map((row) => (row as unknown as { id: string }).id));

  test('the filter hides and shows rows by status and by words, and tells how many', async () => {
    await withPage('kubeadm-v136-default', {}, async (page) => {
      const count = page.locator('#filter [role=status]');
      expect(await visibleRows(page)).toHaveLength(32);
      expect(await count.textContent()).toBe('32 of 32 rows');
      for (const word of ['pass', 'not assessed', 'not applicable', 'warn']) {
        await page.getByRole('checkbox', { name: word, exact: true }).uncheck();
      }
      expect(await visibleRows(page)).toEqual(['n0-apiserver-to-kubelet']);
      expect(await count.textContent()).toBe('1 of 32 rows');
      expect(await page.locator('a.arrow:not(.off)').count()).toBe(1);
      for (const word of ['pass', 'warn']) await page.getByRole('checkbox', { name: word, exact: true }).check();
      const search = page.getByRole('searchbox', { name: 'containing' });
      await search.fill('SUPER-admin.conf system:masters');
      expect(await visibleRows(page)).toEqual(['n0-user-to-apiserver']);
      await search.press('Enter');
      await search.fill('');
      expect(await visibleRows(page)).toHaveLength(16);
    });
  });

  test('a row opens by keyboard, and all at once by a button', async () => {
    await withPage('kubeadm-v136-default', {}, async (page) => {
      const focused = 'document.activeElement.closest("tbody") && document.activeElement.closest("tbody").id';
      const isOpen = 'document.activeElement.parentElement.open';
      let at: unknown;
      for (let step = 0; step < 60 && at !== 'n0-apiserver-to-kubelet'; step++) {
        await page.keyboard.press('Tab');
        at = await page.evaluate(focused);
      }
      expect(at).toBe('n0-apiserver-to-kubelet');
      expect(await page.evaluate(isOpen)).toBe(false);
      await page.keyboard.press('Enter');
      expect(await page.evaluate(isOpen)).toBe(true);
      const finding = page.locator('#n0-apiserver-to-kubelet .finding');
      expect(await finding.isVisible()).toBe(true);
      await page.getByRole('button', { name: 'Close all' }).press('Enter');
      expect(await finding.isVisible()).toBe(false);
      await page.getByRole('button', { name: 'Open all' }).press('Enter');
      expect(await page.locator('.finding:not(:visible)').count()).toBe(0);
    });
  });

  test('an arrow and a link lead to their row and open it, also one that was filtered out', async () => {
    await withPage('kubeadm-v136-default', {}, async (page) => {
      await page.getByRole('checkbox', { name: 'fail', exact: true }).uncheck();
      await page.getByRole('link', { name: '1 apiserver-to-kubelet' }).click();
      expect(await page.locator('#n0-apiserver-to-kubelet .finding').isVisible()).toBe(true);
      await page.locator('a.arrow[href="#n0-user-to-apiserver"] rect').click();
      await page.locator('#n0-user-to-apiserver .finding').waitFor({ state: 'visible' });
    });
  });

  test('a screen reader gets a table with headings, and the picture as a name that points to it', async () => {
    await withPage('kubeadm-v136-default', { viewport: { width: 375, height: 800 } }, async (page) => {
      const table = page.getByRole('table', { name: 'Communication paths' });
      expect(await table.getByRole('columnheader').allTextContents()).toEqual([
        '#',
        'Status',
        'Path',
        'Encrypted',
        'Server verified',
        'Client authenticated',
        'TLS',
        'First expiry',
      ]);
      expect(await table.getByRole('rowheader').count()).toBe(32);
      expect(await page.getByRole('group', { name: /^Picture of the control plane/ }).count()).toBe(1);
      expect(await page.getByRole('list', { name: 'Legend' }).getByRole('listitem').allTextContents()).toEqual(
        ['FAIL', 'WARN', 'NOT ASSESSED', 'PASS', 'NOT APPLICABLE'].map(
          (word) => expect.stringContaining(word) as string,
        ),
      );
    });
  });

  test('words in the picture stay inside their boxes', async () => {
    await withPage('hostile', {}, async (page) => {
      const out = await page.evaluate(`[...document.querySelectorAll('.picture g, .picture a')].flatMap((group) => {
        const box = group.querySelector('rect').getBBox();
        return [...group.querySelectorAll('text')].filter((text) => {
          const { x, width } = text.getBBox();
          return x < box.x || x + width > box.x + box.width;
        }).map((text) => text.textContent);
      })`);
      expect(out).toEqual([]);
    });
  });

  test('without script everything is there, and there is no filter that does nothing', async () => {
    await withPage('kubeadm-v136-default', { javaScriptEnabled: false }, async (page) => {
      expect(await page.locator('#filter').isVisible()).toBe(false);
      expect(await page.locator('tbody.row:visible').count()).toBe(32);
      await page.locator('#n0-apiserver-to-kubelet summary').first().click();
      expect(await page.locator('#n0-apiserver-to-kubelet .finding').isVisible()).toBe(true);
    });
  });

  test.each([true, false])('paper has every finding, with script: %s', async (javaScriptEnabled) => {
    await withPage('kubeadm-v136-weak-external-etcd', { javaScriptEnabled, colorScheme: 'dark' }, async (page) => {
      const hidden = page.locator('.finding:not(:visible)');
      expect(await hidden.count()).toBeGreaterThan(10);
      await page.emulateMedia({ media: 'print' });
      expect(await hidden.count()).toBe(0);
      expect(await page.locator('#filter').isVisible()).toBe(false);
      const pdf = await page.pdf({ format: 'A4' });
      expect(pdf.length).toBeGreaterThan(50_000);
      const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(background).toBe('rgb(255, 255, 255)');
    });
  });
});
