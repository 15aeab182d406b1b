/** What the project is held to, from the medians of one run: ratios for the most part. */
import type { Case } from './projection-bench';
import type { Results } from './results';

/** One of them, with the least (≥) or the most (≤) that it may be. */
export interface Held {
  readonly what: string;
  readonly value: number;
  readonly unit: '×' | ' KB' | '';
  readonly bar: string;
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

function projection(results: Results): Held[] {
  const ratio = (what: string, one: Wanted, other: Wanted, bar: string, aim: string): Held => ({ what, value: median(results, one) / median(results, other), unit: '×', bar, aim }); // prettier-ignore
  const trips = (results.projection ?? []).map(({ roundTripsPerBatch = 0 }) => roundTripsPerBatch);
  return [
    ratio('projector at batch 1000, against the seed’s way at batch 1', PROJECTOR, { ...SEED, batch: 1 }, '≥ 12×', '20×'), // prettier-ignore
    ratio('the same with 2.5 ms more a round trip', { ...PROJECTOR, ...SLOW }, { ...SEED, ...SLOW, batch: 1 }, '≥ 100×', '200×'), // prettier-ignore
    ratio('both at batch 100', { ...PROJECTOR, batch: 100 }, { ...SEED, batch: 100 }, '≥ 5×', '8×'),
    ratio('the same with 2.5 ms more', { ...PROJECTOR, ...SLOW, batch: 100 }, { ...SEED, ...SLOW, batch: 100 }, '≥ 5×', '12×'), // prettier-ignore
    ratio('projector, against plain INSERT of the same rows', PROJECTOR, { way: 'plain INSERT' }, '≥ 0.55×', '0.75×'),
    ratio('replayed, against fresh', { ...PROJECTOR, scenario: 'replayed' }, PROJECTOR, '≥ 5×', '8×'),
    ratio('two writers, against one', { ...PROJECTOR, writers: 2 }, PROJECTOR, '≥ 1.3×', '1.6×'),
    { what: 'round trips a batch, the most of all cases', value: trips.length === 0 ? NaN : Math.max(...trips), unit: '', bar: '≤ 8', aim: '4' }, // prettier-ignore
  ];
}

/** A report with the most orders, against the same with the fewest. */
function growth({ queries = [] }: Results, report: string): Held {
  const its = queries.filter(({ query }) => query === report);
  const [fewest, most] = [its[0], its.at(-1)];
  const sizes = [fewest, most].map((one) => one?.orders.toLocaleString('en-US'));
  return { what: `${report}, from ${sizes.join(' to ')} orders`, value: (most?.milliseconds.median ?? NaN) / (fewest?.milliseconds.median ?? NaN), unit: '×', bar: '≤ 1.2×', aim: '1.1×' }; // prettier-ignore
}

function bundle({ bundles = [] }: Results): Held[] {
  const own = bundles.find((one) => one.bundle === 'ProjectOrders');
  const stock = bundles.find((one) => one.bundle.startsWith('stock'));
  return [
    { what: 'the projector’s bundle', value: own?.kilobytes ?? NaN, unit: ' KB', bar: '≤ 300 KB', aim: '210 KB' },
    { what: 'its time to load, against stock mysql2 and rds-signer', value: (own?.loadMilliseconds.median ?? NaN) / (stock?.loadMilliseconds.median ?? NaN), unit: '×', bar: '≤ 0.45×', aim: '0.35×' }, // prettier-ignore
  ];
}

const rebuild = (results: Results): Held => ({ what: 'rebuild, against the seed’s way at 2.5 ms', value: (results.rebuild?.ordersPerSecond.median ?? NaN) / (results.rebuild?.seed.median ?? NaN), unit: '×', bar: '≥ 100×', aim: '200×' }); // prettier-ignore

/** Those whose cases were measured. */
export const held = (results: Results): Held[] =>
  [
    ...projection(results),
    growth(results, 'itemsSalesReport'),
    growth(results, 'monthlySalesByItem'),
    ...bundle(results),
    rebuild(results),
  ].filter(({ value }) => !Number.isNaN(value));
