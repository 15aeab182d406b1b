/** Hundreds of random schedules on the real database, and some of them on the one in memory too: both must come to the same tables. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Dependencies } from '../../../functions/project-orders/project-records';
import type { Database } from '../../../functions/shared/database';
import { createTestDatabase, emptyTables, type TestDatabase } from '../../support/database';
import { readSchema } from '../../support/memory-database/schema';
import { MemoryServer } from '../../support/memory-database/server';
import { anyInstance, dependencies } from '../../support/projection';
import { readNumber, readSeed, seededRandom } from '../../support/random';
import { runSchedule, type Stage } from '../../support/schedule';
import { Scheduler } from '../../support/scheduler';

/** `SCHEDULES=5000 npm run test:int` tries more of them. */
const SCHEDULES = readNumber('SCHEDULES', 200);
/** `SEED=… npm run test:int` repeats a run. */
const SEED = readSeed();
/** How many are run in memory too. */
const COMPARED = Math.min(20, SCHEDULES);

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await createTestDatabase();
  database = server.connect();
});
afterAll(() => server.drop());
beforeEach(() => emptyTables(database));

/** What differs from one stage to the next. */
type More = Partial<Stage & Pick<Dependencies, 'sleep'>>;

/** One writer, which a seed tells all about. */
function stage(seed: number, writer: Database, { sleep, ...more }: More = {}): Stage {
  const random = seededRandom(seed);
  return {
    random,
    writers: [writer],
    dependencies: (database, table) => ({ ...dependencies(database, table), ...(sleep && { sleep }), ahead: anyInstance(random) }), // prettier-ignore
    atOnce: (tasks) => Promise.all(tasks.map((task) => task())),
    pause: () => Promise.resolve(),
    ...more,
  };
}

async function failingWithSeed(seed: number, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw new Error(`SEED=${seed} SCHEDULES=1 repeats it`, { cause: error });
  }
}

test(`${SCHEDULES} random schedules, SEED=${SEED}: the read model is exact`, async () => {
  expect.hasAssertions();
  for (let seed = SEED; seed < SEED + SCHEDULES; seed += 1) {
    await emptyTables(database);
    await failingWithSeed(seed, () => runSchedule(stage(seed, database)));
  }
}, 600_000);

/** Columns that differ from one database and one run to the next: ids count on, and records carry numbers of their own. */
const OWN = ['id', 'event_id', 'sequence_number', 'record', 'quarantined_at'];

/** Every row of every table, tombstones and sums of nothing too. */
async function dump(from: Database): Promise<Record<string, string[]>> {
  const tables = [...readSchema().values()].filter(
    ({ name }) => !['schema_migrations', 'complete_summaries'].includes(name),
  );
  const all: Record<string, string[]> = {};
  for (const { name, columns } of tables) {
    const shown = columns.filter((column) => !['quarantined_changes', 'unbooked_sales'].includes(name) || !OWN.includes(column)).map((column) => (column === 'pk' ? 'CAST(pk AS CHAR) AS pk' : column)); // prettier-ignore
    const rows = await from.read((sql) => sql.select(`SELECT ${shown.join(', ')} FROM ${name}`));
    all[name] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return all;
}

/** Runs a schedule; resolves to what the tables held when everything was delivered, and in the end. */
async function dumpsOf(seed: number, writer: Database, more: More = {}) {
  const dumps: Record<string, string[]>[] = [];
  const afterwards = async (): Promise<void> => void dumps.push(await dump(writer));
  await runSchedule(stage(seed, writer, { ...more, afterwards }));
  await afterwards();
  return dumps;
}

test(`${COMPARED} random schedules, SEED=${SEED}: the database in memory comes to the same tables`, async () => {
  for (let seed = SEED; seed < SEED + COMPARED; seed += 1) {
    await emptyTables(database);
    const scheduler = new Scheduler(seededRandom(seed));
    const memory = new MemoryServer(scheduler, seededRandom(seed)).connect();
    const more: More = { atOnce: (tasks) => scheduler.run(tasks), sleep: () => scheduler.turn() };
    await failingWithSeed(seed, async () => {
      expect(await dumpsOf(seed, memory, more)).toEqual(await dumpsOf(seed, database));
    });
  }
}, 600_000);
