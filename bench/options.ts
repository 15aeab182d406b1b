/** What is measured, and how much of it. */
import { parseArgs } from 'node:util';
import type { LossesPlan } from './losses/measure';
import type { Case } from './projection-bench';
import { SCENARIOS } from './scenarios';
import type { WayName } from './ways/index';

export const PARTS = ['projection', 'queries', 'rebuild', 'losses', 'pipeline', 'bundles'] as const;

export type Part = (typeof PARTS)[number];

export interface BenchOptions {
  readonly isQuick: boolean;
  /** Whether the results go into the docs. */
  readonly isPublished: boolean;
  readonly parts: readonly Part[];
  readonly repetitions: number;
  readonly cases: readonly Case[];
  /** How long one measurement of a case takes, and how many orders it has at most. */
  readonly milliseconds: number;
  readonly orders: number;
  /** Orders that are there when queries are asked. */
  readonly sizes: readonly number[];
  /** How often each query is measured at each of them. */
  readonly rounds: number;
  /** Orders of the table from which the read model is rebuilt. */
  readonly rebuilt: number;
  /** Commands sent one after the other, and orders sent at once. */
  readonly commands: number;
  readonly flood: number;
  readonly losses: LossesPlan;
}

const USAGE = `Usage: npm run bench -- [--quick [--publish]] [--only ${PARTS.join(',')}]
A full run takes 25 minutes and writes bench/results.json and docs/benchmarks.md; of some parts, only .local/bench.
A quick one takes less than two minutes and writes to .local/bench, unless it is to be published.`;

const isPart = (name: string): name is Part => PARTS.some((part) => part === name);

/** What is published stands on one page, of one run; what is lost may be of another. */
const isWhole = (parts: readonly Part[]): boolean =>
  PARTS.every((part) => parts.includes(part)) || parts.join() === 'losses';

/** @throws Error that tells how to call it. */
export function readOptions(args: readonly string[]): BenchOptions {
  let values: { quick?: boolean | undefined; publish?: boolean | undefined; only?: string | undefined };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: { quick: { type: 'boolean' }, publish: { type: 'boolean' }, only: { type: 'string' } },
    }));
  } catch {
    throw new Error(USAGE);
  }
  const named = values.only?.split(',') ?? [...PARTS];
  const parts = named.filter(isPart);
  if (parts.length < named.length) throw new Error(USAGE);
  if (values.publish === true && !isWhole(parts))
    throw new Error(`A whole run can be published, or losses alone.\n${USAGE}`);
  if (values.quick !== true) return { ...FULL, parts, isPublished: isWhole(parts) };
  return { ...QUICK, parts, isPublished: values.publish === true };
}

const fresh = (way: WayName, batch: number, isDelayed: boolean, writers = 1): Case => ({ way, scenario: 'fresh', batch, writers, isDelayed }); // prettier-ignore

/** With the round trip as it is, and with a longer one. */
const both = (make: (isDelayed: boolean) => Case): Case[] => [make(false), make(true)];

/** Cases that ratios rest on, and one of each way. */
const RATIOS: readonly Case[] = [
  ...[1, 100].flatMap((batch) => both((delayed) => fresh('seed', batch, delayed))),
  ...[100, 1000].flatMap((batch) => both((delayed) => fresh('projector', batch, delayed))),
  fresh('plain INSERT', 1000, false),
  fresh('LOAD DATA', 1000, false),
  fresh('transaction an order', 1, false),
  fresh('projector', 1000, false, 2),
  { ...fresh('projector', 1000, false), scenario: 'replayed' },
  { ...fresh('projector', 1000, false), scenario: 'mixed' },
  { ...fresh('projector', 1000, true), scenario: 'updated' },
];

const BATCHES = [1, 10, 100, 500, 1000, 5000];

const ALL: readonly Case[] = [
  ...BATCHES.flatMap(
    (batch) =>
    (['seed', 'projector', 'plain INSERT', 'LOAD DATA'] as const).flatMap((way) => both((delayed) => fresh(way, batch, delayed))), // prettier-ignore
  ),
  ...both((delayed) => fresh('transaction an order', 1, delayed)),
  ...BATCHES.flatMap((batch) =>
    SCENARIOS.filter((scenario) => scenario !== 'fresh').flatMap((scenario) =>
      both((delayed) => ({ ...fresh('projector', batch, delayed), scenario })),
    ),
  ),
  ...[2, 4].flatMap((writers) =>
    (['seed', 'projector', 'plain INSERT'] as const).flatMap((way) =>
      [100, 1000].flatMap((batch) => both((delayed) => fresh(way, batch, delayed, writers))),
    ),
  ),
];

const QUICK = { isQuick: true, repetitions: 3, cases: RATIOS, milliseconds: 300, orders: 12_000, sizes: [10_000, 100_000], rounds: 3, rebuilt: 30_000, commands: 10, flood: 200, losses: { orders: 600, perSecond: 100, outageSeconds: 2, kills: 5, seed: 7 } }; // prettier-ignore
const FULL = { isQuick: false, repetitions: 3, cases: [...ALL, ...RATIOS], milliseconds: 1_000, orders: 40_000, sizes: [10_000, 100_000, 1_000_000], rounds: 21, rebuilt: 1_000_000, commands: 100, flood: 2_000, losses: { orders: 5_000, perSecond: 100, outageSeconds: 20, kills: 25, seed: 7 } }; // prettier-ignore
