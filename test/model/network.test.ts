import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { around, isRange, liesIn, networkOf } from '../../shared/model/network.ts';

describe('where a call came from', () => {
  it.each([
    ['203.0.113.9', 'address 203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', 'address 2001:db8:1:2::/64'],
    ['2600::111', 'address 2600:0:0:0::/64'],
    ['::ffff:203.0.113.9', 'address 203.0.113.9'],
    ['2002:cb00:7109::1', 'address 203.0.113.9'],
    ['projects/acme-net/global/networks/prod', 'vpc projects/acme-net/global/networks/prod'],
    ['gce-internal-ip', 'inside inside'],
    ['private', 'inside inside'],
    ['10.146.0.7', 'inside inside'],
    ['172.16.0.3', 'inside inside'],
    ['192.168.0.1', 'inside inside'],
    ['100.64.0.1', 'inside inside'],
    ['127.0.0.1', 'inside inside'],
    ['0.0.0.0', 'inside inside'],
    ['::1', 'inside inside'],
    ['0:0:0:0:0:0:0:0', 'inside inside'],
    ['fd20:1::5', 'inside inside'],
    ['2002:a05:601a:1550::', 'inside inside'],
    ['2002:ae8:2d45::', 'inside inside'],
    ['172.32.0.1', 'address 172.32.0.1'],
    ['00.00.000.000', undefined],
    ['69.420.13.37', undefined],
    ['::ffff:203.0.113.900', undefined],
    ['1:2:3', undefined],
    ['1::2::3', undefined],
    ['scrubbed', undefined],
    ['', undefined],
  ])('%s', (text, expected) => {
    const network = networkOf(text);
    expect(network && `${network.kind} ${network.name}`).toBe(expected);
  });
});

describe('an address', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9', true],
    ['203.0.113.9', '203.0.113.0/28', true],
    ['203.0.113.77', '203.0.113.0/28', false],
    ['2001:db8:1:2::/64', '2001:db8:1::/48', true],
    ['2001:db8:1:2::/64', '2001:db8:1:2:3::7', true],
    ['2001:db8:9:2::/64', '2001:db8:1::/48', false],
    ['203.0.113.9', '2001:db8::/32', false],
  ])('%s in %s: %s', (name, range, expected) => {
    expect(liesIn(name, range)).toBe(expected);
  });

  it('lies in what is around it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const network = networkOf(text);
        if (network?.kind === 'address') expect(liesIn(network.name, around(network.name))).toBe(true);
      }),
    );
  });

  it.each([
    ['203.0.113.9', true],
    ['203.0.113.0/24', true],
    ['203.0.113.0/33', false],
    ['203.0.113.0/0', false],
    ['203.0.113.900', false],
    ['203.0.113.0/24/8', false],
    ['2001:db8::/32', true],
    ['x', false],
  ])('%s is a range: %s', (text, expected) => {
    expect(isRange(text)).toBe(expected);
  });
});
