import { expect, test } from 'vitest';
import { PATH_IDS } from '../../src/model/path.ts';
import { didYouMean, editDistance, suggest } from '../../src/text/suggest.ts';

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', '', 3],
  ['kitten', 'sitting', 3],
  ['chekc', 'check', 1],
  ['jsno', 'json', 1],
])('%s and %s are %i apart', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

test.each([
  ['apiserver-to-etdc', 'apiserver-to-etcd'],
  ['apiserver-kubelet', 'apiserver-to-kubelet'],
  ['ETCD-TO-ETCD', 'etcd-to-etcd'],
  ['webhook', 'apiserver-to-webhook'],
])('%s: %s is meant', (typed, meant) => {
  expect(suggest(typed, PATH_IDS)[0]).toBe(meant);
});

test('nothing near, nothing said', () => {
  expect(suggest('zzzzzzzz', PATH_IDS)).toEqual([]);
  expect(suggest('', PATH_IDS)).toEqual([]);
  expect(suggest('x'.repeat(100_000), PATH_IDS)).toEqual([]);
  expect(didYouMean('zzzzzzzz', PATH_IDS)).toBe('');
});

test('several names make a sentence', () => {
  expect(didYouMean('lisst', ['list', 'lists', 'check'])).toBe(' Did you mean list or lists?');
});
