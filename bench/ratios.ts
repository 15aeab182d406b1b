/** The ratios that the projector is held to, from the medians of one run. */
import type { Case } from './projection-bench';
import type { Results } from './results';

export interface Ratio {
  readonly what: string;
  readonly value: number;
  readonly atLeast: string;
  readonly aim: string;
}

type Wanted = Partial<Case> & Pick<Case, 'way'>;

const median = ({ projection = [] }: Results, wanted: Wanted): number => {
  const whole = { scenario: 'fresh', writers: 1, isDelayed: false, batch: 1000, ...wanted };
  const isIt = (one: Case): boolean => (Object.keys(whole) as (keyof Case)[]).every((key) => one[key] === whole[key]);
  return projection.find(isIt)?.ordersPerSecond.median ?? NaN;
};

const PROJECTOR = { way: 'projector' } as const;
const SEED = { way: 'seed' } as const;
const SLOW = { isDelayed: true } as const;

const rebuildRatio = ({ rebuild }: Results): Ratio[] =>
  rebuild === undefined ? [] : [{ what: 'rebuild, against the seed’s way at 2.5 ms', value: rebuild.ordersPerSecond.median / rebuild.seed.median, atLeast: '100×', aim: '200×' }]; // prettier-ignore

/** Those whose cases were measured. */
export function ratios(results: Results): Ratio[] {
  const ratio = (what: string, one: Wanted, other: Wanted, atLeast: string, aim: string): Ratio => ({ what, value: median(results, one) / median(results, other), atLeast, aim }); // prettier-ignore
  return [
    ratio('projector at batch 1000, against the seed’s way at batch 1', PROJECTOR, { ...SEED, batch: 1 }, '12×', '20×'),
    ratio('the same with 2.5 ms more a round trip', { ...PROJECTOR, ...SLOW }, { ...SEED, ...SLOW, batch: 1 }, '100×', '200×'), // prettier-ignore
    ratio('both at batch 100', { ...PROJECTOR, batch: 100 }, { ...SEED, batch: 100 }, '5×', '8×'),
    ratio('the same with 2.5 ms more', { ...PROJECTOR, ...SLOW, batch: 100 }, { ...SEED, ...SLOW, batch: 100 }, '5×', '12×'), // prettier-ignore
    ratio('projector, against plain INSERT of the same rows', PROJECTOR, { way: 'plain INSERT' }, '0.55×', '0.75×'),
    ratio('replayed, against fresh', { ...PROJECTOR, scenario: 'replayed' }, PROJECTOR, '5×', '8×'),
    ratio('two writers, against one', { ...PROJECTOR, writers: 2 }, PROJECTOR, '1.3×', '1.6×'),
    ...rebuildRatio(results),
  ].filter(({ value }) => !Number.isNaN(value));
}
