/** The projector against other ways of getting orders into MySQL. */
import type { BenchDatabase } from './bench-database';
import type { DelayingProxy } from './delaying-proxy';
import { countDeadlocks, requireEndState } from './end-state';
import { recordOf, type MadeOrder } from './orders';
import { batchesOf, ordersBefore, type Scenario, type Share } from './scenarios';
import { spreadOf, type Spread } from './statistics';
import type { WayName } from './ways/index';
import { projector } from './ways/projector';
import type { Processes } from './processes';
import type { Done, Task } from './writer-process';

/** One thing to measure. */
export interface Case {
  readonly way: WayName;
  readonly scenario: Scenario;
  /** Records of an invocation. */
  readonly batch: number;
  readonly writers: number;
  /** Whether each round trip takes longer. */
  readonly isDelayed: boolean;
}

/** What came of it. */
export interface CaseResult extends Case {
  readonly ordersPerSecond: Spread;
  /** Of one batch: the projector's alone, counted where round trips are delayed. */
  readonly roundTripsPerBatch?: number;
}

/** Where cases are measured. */
export interface Place {
  readonly database: BenchDatabase;
  readonly proxy: DelayingProxy;
  readonly writers: Processes<Task, Done>;
  /** How long a measurement takes, unless the orders come to an end before. */
  readonly milliseconds: number;
  /** Orders of a measurement at most. */
  readonly orders: number;
}

/** No two writers share an order. */
const WRITER_APART = 10_000_000;

const PRELOAD_BATCH = 1_000;

const WARM_UP_MS = 500;

function sharesOf({ scenario, batch, writers }: Case, orders: number): Share[] {
  return Array.from({ length: writers }, (_, n) => ({
    scenario,
    batch,
    first: n * WRITER_APART,
    orders: Math.max(batch, Math.floor(orders / writers)),
  }));
}

/** What must be there before. */
async function preload({ database }: Place, orders: readonly MadeOrder[]): Promise<void> {
  const writer = await projector.open(database.config);
  for (let start = 0; start < orders.length; start += PRELOAD_BATCH) {
    const some = orders.slice(start, start + PRELOAD_BATCH);
    await writer.write({ orders: some, records: some.map(recordOf) });
  }
  await writer.close();
}

/** Measures once. @returns orders a second, and round trips a batch. */
async function measureOnce(one: Case, place: Place): Promise<{ rate: number; roundTrips: number }> {
  const { database, proxy, writers, milliseconds } = place;
  const shares = sharesOf(one, place.orders);
  await database.empty();
  const before = shares.flatMap(ordersBefore);
  await preload(place, before);
  const config = one.isDelayed ? { ...database.config, DATABASE_PORT: proxy.port } : database.config;
  const deadlocksBefore = await countDeadlocks(database.connection);
  let tripsBefore = 0;
  const tasks = shares.map((share) => ({ way: one.way, config, share, milliseconds }));
  const done = await writers.perform(tasks, () => (tripsBefore = proxy.roundTrips()));
  const trips = proxy.roundTrips() - tripsBefore;
  const delivered = shares.flatMap((share, n) => batchesOf(share, done[n]?.batches).flat());
  if (one.way === 'projector') {
    await requireEndState(database.connection, [...before, ...delivered]);
    const deadlocks = (await countDeadlocks(database.connection)) - deadlocksBefore;
    if (deadlocks !== 0) throw new Error(`Projectors met ${deadlocks} deadlocks`);
  }
  const slowest = Math.max(...done.map((its) => its.milliseconds));
  const batches = done.reduce((sum, its) => sum + its.batches, 0);
  return { rate: ((batches * one.batch) / slowest) * 1000, roundTrips: trips / batches };
}

/** Each writer does a while of what it will do, so that its code is compiled: functions that get many batches are warm. */
async function warmUp(cases: readonly Case[], place: Place): Promise<void> {
  const writers = Math.max(...cases.map((one) => one.writers));
  const kinds = new Map(cases.map((one) => [`${one.way} ${one.scenario}`, one]));
  for (const one of kinds.values())
    await measureOnce({ ...one, writers, batch: 100, isDelayed: false }, { ...place, milliseconds: WARM_UP_MS });
}

const nameOf = ({ way, scenario, batch, writers, isDelayed }: Case): string =>
  `${way}, ${scenario}, batch ${batch}, ${writers} writer(s)${isDelayed ? ', delayed' : ''}`;

/**
 * Measures all cases, and again, so that what disturbs a while disturbs all of them alike.
 *
 * @param cases in their order; one that is there several times is measured as often in each round.
 * @param say tells what is done now.
 */
export async function measureProjection(
  cases: readonly Case[],
  repetitions: number,
  place: Place,
  say: (words: string) => void,
): Promise<CaseResult[]> {
  say('warming up');
  await warmUp(cases, place);
  const measured = new Map(cases.map((one) => [nameOf(one), { one, rates: [] as number[], trips: [] as number[] }]));
  for (let repetition = 1; repetition <= repetitions; repetition += 1) {
    for (const [n, one] of cases.entries()) {
      const { rate, roundTrips } = await measureOnce(one, place);
      measured.get(nameOf(one))?.rates.push(rate);
      measured.get(nameOf(one))?.trips.push(roundTrips);
      say(`${repetition}/${repetitions} ${n + 1}/${cases.length} ${nameOf(one)}: ${Math.round(rate)} orders/s`);
    }
  }
  return [...measured.values()].map(({ one, rates, trips }) => ({
    ...one,
    ordersPerSecond: spreadOf(rates),
    ...(one.way === 'projector' && one.isDelayed && { roundTripsPerBatch: spreadOf(trips).median }),
  }));
}
