/** CA bundles as they grow over the years: CAs old and new, what else was pasted into them, and what was done to it. */
import { authority, keyFor, leafBelow, write } from './certificates.ts';
import { changed } from './changes.ts';
import { random } from './random.ts';
import { written } from './texts.ts';
import type { Block } from './texts.ts';

export interface BundleCase {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const LABELS = ['CERTIFICATE', 'CERTIFICATE', 'CERTIFICATE', 'CERTIFICATE', 'CERTIFICATE', 'TRUSTED CERTIFICATE', 'X509 CERTIFICATE', 'CERTIFICATE REQUEST'] as const; // prettier-ignore

/** One case per seed. */
export function bundleCase(seed: number): BundleCase {
  const choose = random(seed);
  const what: string[] = [];
  const blocks = Array.from({ length: choose.below(5) }, (): Block => {
    const root = authority(`ca-${choose.below(3)}`, keyFor('p256', `generated-${choose.below(2)}`));
    const one = choose.chance(0.15) ? leafBelow(root) : root;
    const odd = choose.chance(0.3) ? changed(one, choose) : one;
    const label = choose.chance(0.7) ? 'CERTIFICATE' : choose.pick(LABELS);
    what.push(label === 'CERTIFICATE' ? odd.what : `${odd.what} as ${label}`);
    return { label, der: write(odd) };
  });
  if (choose.chance(0.15)) {
    what.push('a private key');
    const der = keyFor('p256').privateKey.export({ type: 'pkcs8', format: 'der' });
    blocks.splice(choose.below(blocks.length + 1), 0, { label: 'PRIVATE KEY', der });
  }
  const text = written(blocks, choose, 0.3);
  return { name: `${seed}: ${what.join('; ')} [${text.what}]`, bytes: text.bytes };
}
