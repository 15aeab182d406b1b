/** `npm run bench`: the projector, the queries, a rebuild, the pipeline and the bundles, measured in one run. */
import { createConnection } from 'mysql2/promise';
import { startBenchDatabase, type BenchDatabase } from './bench-database';
import { measureBundles } from './bundles-bench';
import { startDelayingProxy, type DelayingProxy } from './delaying-proxy';
import { measureLosses } from './losses/measure';
import { readOptions, type BenchOptions } from './options';
import { measurePipeline } from './pipeline-bench';
import { measureProjection } from './projection-bench';
import { publish } from './publish';
import { startProcesses } from './processes';
import { measureQueries } from './queries-bench';
import { measureRebuild } from './rebuild-bench';
import { circumstances, load, type Results } from './results';
import { spreadOf } from './statistics';
import { connectionOptions } from './ways/connection';
import type { Done, Task } from './writer-process';

/** Added to a round trip: about what lies between a function and a database in another zone. */
const DELAY_MS = 2.5;
const PINGS = 200;

const begun = performance.now();

const say = (words: string): void => {
  console.log(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${words}`);
};

/** Milliseconds of a round trip. */
async function ping(database: BenchDatabase, port: number): Promise<number> {
  const connection = await createConnection({ ...connectionOptions(database.config), port });
  const times: number[] = [];
  for (let n = 0; n < PINGS; n += 1) {
    const start = performance.now();
    await connection.query('SELECT 1');
    times.push(performance.now() - start);
  }
  await connection.end();
  return spreadOf(times).median;
}

async function measureOnDatabase(
  options: BenchOptions,
  database: BenchDatabase,
  proxy: DelayingProxy,
): Promise<Partial<Results>> {
  const { parts, cases, repetitions, milliseconds, orders, sizes, rounds, rebuilt, losses } = options;
  const writers = startProcesses<Task, Done>('writer-process.ts');
  try {
    const direct = await ping(database, database.config.DATABASE_PORT);
    const roundTrip = { direct, delayed: await ping(database, proxy.port) };
    const place = { database, proxy, writers, milliseconds, orders };
    return {
      roundTrip,
      ...(parts.includes('projection') && { projection: await measureProjection(cases, repetitions, place, say) }),
      ...(parts.includes('queries') && { queries: await measureQueries(sizes, repetitions, rounds, database, say) }),
      ...(parts.includes('rebuild') && { rebuild: await measureRebuild(rebuilt, repetitions, place, say) }),
      ...(parts.includes('losses') && { losses: await measureLosses(losses, database, say) }),
    };
  } finally {
    writers.close();
  }
}

async function measureAll(options: BenchOptions): Promise<Results> {
  const { parts, repetitions, isQuick } = options;
  const database = await startBenchDatabase();
  const proxy = await startDelayingProxy(database.config.DATABASE_PORT, DELAY_MS);
  const where = await circumstances(database.name);
  say(`${database.name} is up; load average ${where.loadBefore}`);
  const measured = await measureOnDatabase(options, database, proxy).finally(async () => {
    await proxy.close();
    await database.stop();
  });
  const bundles = parts.includes('bundles') ? { bundles: await measureBundles(repetitions, say) } : {};
  const pipeline = parts.includes('pipeline') ? { pipeline: await measurePipeline(options, say) } : {};
  return { mode: isQuick ? 'quick' : 'full', ...where, loadAfter: load(), ...measured, ...pipeline, ...bundles };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const results = await measureAll(options);
  say(`Written: ${await publish(results, options.isPublished)}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
