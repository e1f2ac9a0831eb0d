/**
 * Who signed whom, by the names of subject and issuer: the report has no more of them. Whether signatures hold is judged
 * in the rows.
 */
import { filesText, leftOut } from './certificates.ts';
import type { Certificates, Copies } from './certificates.ts';
import { markup, NOTHING } from './markup.ts';
import type { Markup } from './markup.ts';

/** Deeper chains were made to be deep; what is below is listed at this depth. */
const MAX_DEPTH = 8;

export function treeOf(certificates: Certificates): Markup {
  const { shown } = certificates;
  if (shown.length === 0) return NOTHING;
  return markup`<ul class="tree">
${new Forest(shown).markup()}
</ul>
${leftOut(certificates)}`;
}

class Forest {
  readonly #bySubject = new Map<string, Copies[]>();
  readonly #byIssuer = new Map<string, Copies[]>();
  /** Names that stand in the tree already: two CAs may name each other as issuer. */
  readonly #done = new Set<string>();

  constructor(all: readonly Copies[]) {
    for (const one of all) {
      push(this.#bySubject, one.certificate.subject, one);
      push(this.#byIssuer, one.certificate.issuer, one);
    }
  }

  markup(): Markup {
    const issuers = [...this.#byIssuer.keys()];
    const isTop = (name: string): boolean =>
      (this.#bySubject.get(name) ?? []).every(
        ({ certificate }) => certificate.issuer === name || !this.#bySubject.has(certificate.issuer),
      );
    // What is in a circle has no top: its first stands for one.
    return markup`${[...issuers.filter(isTop), ...issuers].map((name) => this.#authority(name, 1))}`;
  }

  /** All certificates of an issuer's name, and what that name signed. */
  #authority(name: string, depth: number): Markup {
    if (this.#done.has(name)) return NOTHING;
    this.#done.add(name);
    const own = this.#bySubject.get(name) ?? [];
    const signed = (this.#byIssuer.get(name) ?? []).filter(({ certificate }) => certificate.subject !== name);
    const names = [...new Set(signed.map(({ certificate }) => certificate.subject))];
    const authorities = names.filter((one) => this.#byIssuer.has(one));
    const leaves = signed.filter(({ certificate }) => !authorities.includes(certificate.subject));
    const below = authorities.map((one) => this.#authority(one, depth + 1));
    const entries = markup`${leaves.map(
      (one) => markup`<li>${entryOf(one)}</li>
`,
    )}${depth < MAX_DEPTH ? below : NOTHING}`;
    return markup`<li>
${
  own.length === 0
    ? markup`<b>${name}</b> <span class="quiet">its certificate is not in the input</span>`
    : own.map((one, index) => markup`${index === 0 ? NOTHING : markup`<br/>`}${entryOf(one)}`)
}${
      entries.value === ''
        ? NOTHING
        : markup`<ul>
${entries}
</ul>`
    }
</li>
${depth < MAX_DEPTH ? NOTHING : below}`;
  }
}

function entryOf({ certificate, files }: Copies): Markup {
  const { subject, issuer, notAfter, sha256 } = certificate;
  return markup`<b>${subject}</b>
<span class="quiet">${subject === issuer ? 'signed by itself, ' : ''}until ${notAfter.slice(0, 10)}, SHA-256
${sha256.slice(0, 16)}…<br/><code>${filesText(files)}</code></span>`;
}

function push(map: Map<string, Copies[]>, key: string, one: Copies): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [one]);
  else known.push(one);
}
