import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redact, redactAll } from '../../src/text/redact.ts';

test.each([
  ['https://root:hunter2@10.0.0.1:2379', 'https://***@10.0.0.1:2379'],
  ['http://token@proxy.example:3128/x', 'http://***@proxy.example:3128/x'],
  ['https://a:b@x:1,https://c:d@y:2', 'https://***@x:1,https://***@y:2'],
  ['https://issuer.example/?access_token=abc&x=1', 'https://issuer.example/?access_token=***&x=1'],
  ['Authorization: Bearer abcdefgh12345', 'Authorization: Bearer ***'],
  ['eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl', '***'],
  ['abcdef.0123456789abcdef', 'abcdef.***'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', '***'],
  ['https://10.20.0.11:2379', 'https://10.20.0.11:2379'],
  ['/etc/kubernetes/pki/apiserver.crt', '/etc/kubernetes/pki/apiserver.crt'],
  ['kubeadm:cluster-admins', 'kubeadm:cluster-admins'],
])('%s -> %s', (text, expected) => {
  expect(redact(text)).toBe(expected);
});

test('no password of an address survives, wherever it stands', () => {
  const secret = fc.stringMatching(/^[a-zA-Z0-9]{6,20}$/);
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (password, before, after) => {
      fc.pre(!before.includes(password) && !after.includes(password) && !'https://u@h'.includes(password));
      expect(redact(`${before} https://u:${password}@h:1 ${after}`)).not.toContain(password);
    }),
  );
});

test('an object without secrets stays the same object', () => {
  const clean = { a: ['x', { b: 1, c: null }], d: 'https://h:1' };
  expect(redactAll(clean)).toBe(clean);
  expect(redactAll({ a: ['https://u:p@h'] })).toEqual({ a: ['https://***@h'] });
});
