/** Chance that can be repeated: the same seed gives the same numbers. */

/** @returns numbers from 0 to 1 (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0 to `below` - 1. */
export const below = (limit: number, random: () => number): number => Math.floor(random() * limit);

/** One of `values`, of which there must be some. */
export function oneOf<T>(values: readonly [T, ...T[]], random: () => number): T {
  return values[below(values.length, random)] ?? values[0];
}

/** A copy in random order. */
export function shuffled<T>(values: readonly T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}
