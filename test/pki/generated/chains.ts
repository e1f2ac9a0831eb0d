/** Questions about chains: a few CAs that sign each other, a leaf below one, and what each end happens to hold. */
import type { KeyKind } from '../../../fixtures/pki/keys.ts';
import type { ChainQuestion } from '../../../src/pki/chain.ts';
import { AT, authority, keyFor, leafBelow, withExtension, write } from './certificates.ts';
import type { Description } from './certificates.ts';
import { changed, NAMES } from './changes.ts';
import type { KindOfChange } from './changes.ts';
import { certificatePolicies } from './certificates.ts';
import { random } from './random.ts';
import type { Random } from './random.ts';
import { subjectAltName } from '../../../fixtures/pki/write.ts';

export interface ChainCase {
  /** Its seed, and everything that is odd about it. */
  readonly name: string;
  readonly leaf: Uint8Array;
  readonly intermediates: readonly Uint8Array[];
  readonly roots: readonly Uint8Array[];
  readonly at: string;
  readonly usage: ChainQuestion['usage'];
}

/** Mostly what clusters have; each kind has few keys, so that CAs of one name share or do not share them. */
const KINDS: readonly KeyKind[] = ['p256', 'p256', 'p256', 'p256', 'p384', 'p521', 'p224', 'ed25519', 'ed448', 'brainpool', 'rsa2048', 'rsa1024', 'rsa512']; // prettier-ignore

const anyKey = (choose: Random) =>
  choose.chance(0.75) ? keyFor('p256', `generated-${choose.below(4)}`) : keyFor(choose.pick(KINDS));

const MOMENTS = [AT, AT, AT, AT, AT, AT, '2026-11-21T12:00:00.500Z', '2028-01-01T00:00:00Z', '2028-01-01T00:00:01Z', '2025-12-31T23:59:59Z']; // prettier-ignore

/**
 * One case per seed.
 * @param kind what the certificates are changed in; any kind when absent
 */
export function chainCase(seed: number, kind?: KindOfChange): ChainCase {
  const choose = random(seed);
  const names = ['ca-one', 'ca-two', 'ca-three'].slice(0, 1 + choose.below(3));
  const roots = Array.from({ length: 2 + choose.below(3) }, () => authority(choose.pick(names), anyKey(choose)));
  const authorities = [...roots];
  for (let left = choose.below(4); left > 0; left--) {
    const issuer = choose.pick(authorities);
    // Half of them carry the name and key of a CA that is there already: cross-signed, re-keyed, or signed by itself.
    const like = choose.chance(0.5) ? choose.pick(authorities) : undefined;
    const subject = like?.subject ?? [{ type: 'CN' as const, value: `intermediate-${choose.below(2)}` }];
    const key = like !== undefined && choose.chance(0.7) ? like.key : anyKey(choose);
    authorities.push({
      ...authority(`${subject[0]?.value ?? ''} below ${issuer.what}`, key, { signer: issuer.key }),
      subject,
      issuer: issuer.subject,
    });
  }
  const signer = choose.pick(authorities.slice(-2));
  const like = choose.chance(0.2) ? signer : undefined;
  const leaf = leafBelow(signer, like === undefined ? {} : { subject: like.subject, key: like.key });
  const all = [...authorities, named(leaf, choose, kind)];
  const many = kind === 'policies' ? 4 : 2;
  for (let left = choose.below(many + 1); left > 0; left--) {
    const at = choose.below(all.length);
    all[at] = changed(all[at] ?? leaf, choose, kind);
  }
  const written = all.map((one) => write(kind === 'policies' ? withPolicies(one, choose) : one));
  const shownLeaf = written.at(-1) ?? Buffer.alloc(0);
  const trusted = choose.some([...roots.keys()], 0.8);
  const sent = choose.some([...authorities.keys()], 0.9).filter((index) => index >= roots.length || choose.chance(0.2));
  const pool = (indices: readonly number[]): readonly Uint8Array[] =>
    choose.shuffled(indices).flatMap((index) => written[index] ?? []);
  return {
    name: `${kind ?? 'any'} ${seed}: ${all.map(({ what }) => what).join('; ')}`,
    leaf: shownLeaf,
    intermediates: pool(sent),
    roots: [...pool(trusted), ...(choose.chance(0.03) ? [shownLeaf] : [])],
    at: choose.pick(MOMENTS),
    usage: choose.pick(['serverAuth', 'serverAuth', 'clientAuth', 'any']),
  };
}

/** Constraints only show on names; a certificate has a few of those that can be compared. */
function named(leaf: Description, choose: Random, kind: KindOfChange | undefined): Description {
  if (kind !== 'constraints' && kind !== 'addresses') return leaf;
  const among = kind === 'addresses' ? NAMES.filter((name) => name.startsWith('ip:')) : NAMES;
  const names = Array.from({ length: 1 + choose.below(2) }, () => choose.pick(among));
  return { ...leaf, what: `leaf (${names.join(', ')})`, extensions: withExtension(leaf, subjectAltName(...names)) };
}

function withPolicies(one: Description, choose: Random): Description {
  return choose.chance(0.3)
    ? one
    : { ...one, extensions: withExtension(one, certificatePolicies(choose.pick(['any', 'a']))) };
}
