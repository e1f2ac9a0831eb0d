/** Random choices that only a seed decides, so that a failing case is the same case everywhere and on every day. */

export interface Random {
  /** From 0 up to, not including, 1. */
  readonly next: () => number;
  /** A whole number from 0 up to, not including, the bound. */
  readonly below: (bound: number) => number;
  readonly chance: (probability: number) => boolean;
  /** One of them; there has to be one. */
  readonly pick: <T>(from: readonly T[]) => T;
  /** Some of them, in their order. */
  readonly some: <T>(from: readonly T[], probability: number) => readonly T[];
  readonly shuffled: <T>(from: readonly T[]) => readonly T[];
}

/** A sequence by mulberry32. */
export function random(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: <T>(from: readonly T[]): T => {
      if (from.length === 0) throw new Error('nothing to pick from');
      return from[below(from.length)] as T;
    },
    some: (from, probability) => from.filter(() => next() < probability),
    shuffled: (from) =>
      from
        .map((item) => ({ item, rank: next() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ item }) => item),
  };
}
