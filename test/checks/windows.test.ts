/** Windows before the end of a certificate: times and shares, apart for CAs, for single files. */
import { expect, test } from 'vitest';
import type { Span, Thresholds } from '../../src/model/thresholds.ts';
import { DEFAULT_THRESHOLDS } from '../../src/run/thresholds.ts';
import { forApiserver, serve } from '../support/apiserver.ts';
import { check, rowOf } from '../support/cases.ts';
import { caOf } from '../support/certificates.ts';
import { realNode } from '../support/node.ts';
import type { EditableNode } from '../support/node.ts';

const DAY = 24 * 60 * 60 * 1000;
const days = (count: number): Span => ({ milliseconds: count * DAY });
const APISERVER = '/etc/kubernetes/pki/apiserver.crt';

/** Findings at warn or worse of the checks that judge days left, as `fail pki-expiry-tier`. */
async function near(
  thresholds: Partial<Thresholds>,
  change: (node: EditableNode) => EditableNode | Promise<EditableNode> = (node) => node,
  at = '2026-11-21T12:00:00Z',
): Promise<readonly string[]> {
  const report = await check(await change(await realNode('kubeadm-v136-default')), {
    at,
    paths: ['pod-to-apiserver'],
    thresholds: { ...DEFAULT_THRESHOLDS, ...thresholds },
  });
  return rowOf(report, 'pod-to-apiserver')
    .checks.filter(({ id, status }) => /^pki-(?:expiry-tier|ca-expiry)$/.test(id) && /warn|fail/.test(status))
    .map(({ id, status }) => `${status} ${id}`);
}

test('a share counts from issue to end: 364 of 365 days are left', async () => {
  const share = (warn: number, fail: number) => ({
    leaf: { warnBefore: { share: warn }, failBefore: { share: fail } },
  });
  expect(await near(share(0.99, 0.1))).toEqual([]);
  expect(await near(share(1, 0.1))).toEqual(['warn pki-expiry-tier']);
  expect(await near(share(1, 1))).toEqual(['fail pki-expiry-tier']);
});

test('CAs have windows of their own', async () => {
  const authority = { warnBefore: days(4000), failBefore: days(90) };
  expect(await near({ authority })).toEqual(['warn pki-ca-expiry']);
  expect(await near({ leaf: authority })).toEqual(['warn pki-expiry-tier']);
});

test('the last entry that names the file decides', async () => {
  const only = (file: string, span: Span) => ({ file, warnBefore: span });
  expect(await near({ overrides: [only(APISERVER, days(400))] })).toEqual(['warn pki-expiry-tier']);
  expect(await near({ overrides: [only('/etc/kubernetes/pki/*.crt', days(400))] })).toEqual(['warn pki-expiry-tier']);
  expect(
    await near({ overrides: [only('/etc/*.crt', days(400)), only('/etc/kubernetes/pki/apiserver.cr', days(400))] }),
  ).toEqual([]);
  expect(await near({ overrides: [only('/etc/**', days(400)), only('**/apiserver.crt', days(1))] })).toEqual([]);
});

test('a renewed certificate of kubeadm that copied the date of its CA lasts a year, not since the CA began', async () => {
  const change = async (node: EditableNode) => {
    const ca = caOf(node);
    const renewed = await forApiserver({ notBefore: '2026-11-21T03:42:08Z', notAfter: '2030-11-21T03:47:08Z' }, ca);
    return serve(node, renewed);
  };
  const leaf = { warnBefore: { share: 0.5 }, failBefore: { share: 0 } };
  // 355 days are left: less than half of four years, more than half of one.
  expect(await near({ leaf }, change, '2029-12-01T00:00:00Z')).toEqual([]);
  expect(await near({ leaf }, change, '2030-08-01T00:00:00Z')).toEqual(['warn pki-expiry-tier']);
});
