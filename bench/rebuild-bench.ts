/** A rebuild of the read model, against the seed's way of getting the same orders into MySQL. */
import { join } from 'node:path';
import type { PasswordConfig } from '../functions/shared/database';
import { LOCAL } from '../local/paths';
import { requireEndState } from './end-state';
import { makeOrder } from './orders';
import { startProcesses, type Processes } from './processes';
import { measureProjection, type Case, type Place } from './projection-bench';
import { rebuildBy, rebuildInstance, type Rebuilt } from './rebuild';
import { record, recordingOf, type Recorded } from './recording';
import type { SegmentTask } from './segment-process';
import { spreadOf, type Spread } from './statistics';

export interface RebuildResult {
  readonly orders: number;
  readonly segments: number;
  /** Of the whole, from making the copy to dropping the old tables; with a longer round trip, like the seed's. */
  readonly ordersPerSecond: Spread;
  /** Milliseconds of filling the copy, and of all else. */
  readonly filling: Spread;
  readonly others: Spread;
  /** The seed's way, a record an invocation. */
  readonly seed: Spread;
}

/** Orders of the first rebuild, for which its processes are there: code is compiled then. */
const WARM_UP = 12_000;

/** As the command-line tool has it unless told. */
const SEGMENTS = 4;

/** What each rebuild is compared with, right after it. */
const SEED: Case = { way: 'seed', scenario: 'fresh', batch: 1, writers: 1, isDelayed: true };

type Segments = Processes<SegmentTask, true>;

async function rebuildOnce(config: PasswordConfig, recorded: Recorded, processes: Segments): Promise<Rebuilt> {
  const instance = rebuildInstance(config, recordingOf(recorded));
  const tasks = (run: string): SegmentTask[] =>
    Array.from({ length: recorded.segments }, (_, segment) => ({ config, recorded, run, segment }));
  try {
    return await rebuildBy(instance, recorded.segments, (run) => processes.perform(tasks(run), () => undefined));
  } finally {
    await instance.close();
  }
}

const recordOf = (orders: number): Recorded => {
  const recorded = { folder: join(LOCAL, 'bench', `scan-${orders}`), orders, segments: SEGMENTS };
  record(recorded);
  return recorded;
};

/** @param orders of the table. */
export async function measureRebuild(
  orders: number,
  repetitions: number,
  place: Place,
  say: (words: string) => void,
): Promise<RebuildResult> {
  const { database, proxy } = place;
  const config = { ...database.config, DATABASE_PORT: proxy.port };
  const processes = startProcesses<SegmentTask, true>('segment-process.ts');
  const done: Rebuilt[] = [];
  const seeds: number[] = [];
  try {
    say(`recording a scan of ${orders} orders`);
    const recorded = recordOf(orders);
    await database.empty();
    await rebuildOnce(config, recordOf(WARM_UP), processes);
    for (let repetition = 1; repetition <= repetitions; repetition += 1) {
      await database.empty();
      const rebuilt = await rebuildOnce(config, recorded, processes);
      done.push(rebuilt);
      say(`${repetition}/${repetitions} rebuild of ${rebuilt.items} orders: ${Math.round((orders / rebuilt.milliseconds) * 1000)} orders/s, ${Math.round(rebuilt.filling)} ms of ${Math.round(rebuilt.milliseconds)} ms filling`); // prettier-ignore
      await requireEndState(
        database.connection,
        Array.from({ length: orders }, (_, n) => makeOrder(n)),
      );
      const [seed] = await measureProjection([SEED], 1, place, say);
      if (seed === undefined) throw new Error('The seed’s way was not measured');
      seeds.push(seed.ordersPerSecond.median);
    }
  } finally {
    processes.close();
  }
  return {
    orders,
    segments: SEGMENTS,
    ordersPerSecond: spreadOf(done.map(({ milliseconds }) => (orders / milliseconds) * 1000)),
    filling: spreadOf(done.map(({ filling }) => filling)),
    others: spreadOf(done.map(({ milliseconds, filling }) => milliseconds - filling)),
    seed: spreadOf(seeds),
  };
}
