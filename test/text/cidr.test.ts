import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { addressInNetwork } from '../../src/text/cidr.ts';

describe('the first service address', () => {
  test.each([
    ['10.96.0.0/12', '10.96.0.1'],
    ['10.0.0.0/24', '10.0.0.1'],
    ['10.97.3.9/12', '10.96.0.1'],
    [' 172.30.0.0/16 ', '172.30.0.1'],
    ['255.255.255.254/31', '255.255.255.255'],
    ['fd00:10:96::/112', 'fd00:10:96::1'],
    ['FD00:10:96:0:0:0:0:0/112', 'fd00:10:96::1'],
    ['::ffff:10.0.0.0/112', '::ffff:a00:1'],
    ['2001:db8:1:2::/64', '2001:db8:1:2::1'],
  ])('of %s is %s', (network, address) => {
    expect(addressInNetwork(network, 1)).toBe(address);
  });

  test.each([
    ['10.96.0.0'],
    ['10.96.0.0/33'],
    ['10.96.0/12'],
    ['10.96.0.256/12'],
    ['10.96.0.5/32'],
    ['fd00::/129'],
    ['fd00::1::/64'],
    ['kubernetes.default/8'],
    [''],
    [`${'0'.repeat(100)}.0.0.0/8`],
  ])('of %j is not known', (network) => {
    expect(addressInNetwork(network, 1)).toBeUndefined();
  });

  it('never throws, whatever the flag holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f.:]{0,40}\/[0-9]{0,4}$/)), (text) => {
        addressInNetwork(text, 1);
      }),
    );
  });

  it('lies in its IPv4 network, one above the first', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 30 }), (address, length) => {
        const first = addressInNetwork(`${address}/${length}`, 0);
        expect(addressInNetwork(`${addressInNetwork(`${address}/${length}`, 1) ?? ''}/${length}`, 0)).toBe(first);
      }),
    );
  });
});
