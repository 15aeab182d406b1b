/**
 * A random schedule: lives of orders, customers and items, whose records are delivered twice, out of order, several versions in a batch, by several writers at
 * once, while functions crash between any two statements. Whatever happened, once every record was delivered the read model is exact.
 */
import { projectRecords, type Dependencies } from '../../functions/project-orders/project-records';
import { redrive } from '../../functions/project-orders/redrive';
import type { Database, Sql, TransactionSql } from '../../functions/shared/database';
import { classifyDatabaseError } from '../../functions/shared/database-errors';
import { expectExact, quarantinedKeys } from './oracle';
import { QuarantineWatch } from './quarantine-watch';
import { below, shuffled } from './random';
import { stepOfLife } from './random-lives';
import { MemoryOrdersTable, type StreamRecord } from './stream';

/** Where a schedule takes place. */
export interface Stage {
  readonly random: () => number;
  /** A connection for each writer. With several, batches are delivered at once, and the table changes meanwhile. */
  readonly writers: readonly [Database, ...Database[]];
  readonly dependencies: (database: Database, table: MemoryOrdersTable) => Dependencies;
  /** Does it all at once. */
  readonly atOnce: (tasks: readonly (() => Promise<void>)[]) => Promise<unknown>;
  /** Lets others go first; called before the table changes. */
  readonly pause: () => Promise<void>;
  /** Called when everything was delivered, before the quarantine is looked at. */
  readonly afterwards?: () => Promise<void>;
}

/** How often a batch may fail for reasons of the database before the test does. */
const ATTEMPTS = 50;
const STEPS = 20;

/**
 * A function that dies: from its `statements`th statement on, nothing reaches its databases any more, nor does a COMMIT.
 *
 * @returns what makes a database of it; all of them die at once.
 */
export function dyingAt(statements: number): (inner: Database) => Database {
  let left = statements;
  const live = <T>(call: () => Promise<T>): Promise<T> => {
    left -= 1;
    return left < 0 ? Promise.reject(Object.assign(new Error('crashed'), { fatal: true })) : call();
  };
  const asked = (sql: Sql): Sql => ({
    select: (statement, values) => live(() => sql.select(statement, values)),
    run: (statement, values) => live(() => sql.run(statement, values)),
  });
  const mortal =
    <T>(work: (sql: Sql) => Promise<T>) =>
    async (sql: Sql): Promise<T> => {
      const result = await work(asked(sql));
      return live(() => Promise.resolve(result));
    };
  return (inner) => ({
    ...inner,
    read: (work) => inner.read(mortal(work)),
    snapshot: (work) => inner.snapshot(mortal(work)),
    transaction: (work) =>
      inner.transaction(async (sql) => {
        const queue: TransactionSql['queue'] = (...bound) => live(() => sql.queue(...bound));
        const result = await work({
          ...asked(sql),
          queue,
          selectBoth: (...both) => live(() => sql.selectBoth(...both)),
        });
        return live(() => Promise.resolve(result));
      }),
  });
}

/**
 * Delivers a batch as the stream does: again, while it fails for a reason that is not its own.
 *
 * @param crashAt the statement at which the first attempt's function dies, counted from 0; none where it is Infinity.
 */
export async function deliverSurely(
  batch: readonly StreamRecord[],
  deps: Dependencies,
  crashAt = Infinity,
): Promise<void> {
  let database = dyingAt(crashAt)(deps.database);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      await projectRecords(batch, { ...deps, database });
      return;
    } catch (error) {
      if (!['conflict', 'unavailable'].includes(classifyDatabaseError(error) ?? '')) throw error;
      database = deps.database;
    }
  }
  throw new Error(`A batch failed ${ATTEMPTS} times`);
}

class Schedule {
  readonly table = new MemoryOrdersTable();
  readonly watch = new QuarantineWatch(this.table);
  readonly delivered = new Set<StreamRecord>();
  #serial = 0;

  constructor(readonly stage: Stage) {}

  step(): StreamRecord {
    this.#serial += 1;
    return stepOfLife(this.table, this.stage.random, this.#serial);
  }

  /** Some of what was delivered before. */
  again(share: number): StreamRecord[] {
    return [...this.delivered].filter(() => this.stage.random() < share);
  }

  get steps(): number {
    return this.#serial;
  }

  /** Half of all deliveries crash at first. */
  async #deliverSurely(batch: readonly StreamRecord[], writer: Database): Promise<void> {
    const { random, dependencies } = this.stage;
    await deliverSurely(batch, dependencies(writer, this.table), random() < 0.5 ? below(12, random) : Infinity);
  }

  /** Delivers a batch; where there are other writers, something like it and something new meanwhile. */
  async deliver(batch: readonly StreamRecord[]): Promise<void> {
    const { random, writers, atOnce, pause } = this.stage;
    const [writer, ...others] = writers;
    const like = others.slice(1).map(() => shuffled([...batch.filter(() => random() < 0.7), ...this.again(0.2)], random)); // prettier-ignore
    const batches = [batch, ...like].filter(({ length }) => length > 0);
    const junkBefore = this.table.junkKeys();
    const tasks = batches.map((one, n) => () => this.#deliverSurely(one, writers[n] ?? writer));
    const last = others.at(-1);
    if (last !== undefined && random() < 0.5) {
      tasks.push(async () => {
        await pause();
        const record = this.step();
        batches.push([record]);
        await this.#deliverSurely([record], last);
      });
    }
    await atOnce(tasks);
    for (const record of batches.flat()) this.delivered.add(record);
    this.watch.delivered(batches, junkBefore);
  }
}

/** Some wait for later, some come again, in any order. */
async function deliverAll(schedule: Schedule, random: () => number): Promise<void> {
  let waiting: StreamRecord[] = [];
  while (schedule.steps < STEPS) {
    waiting.push(schedule.step());
    if (random() < 0.4) continue;
    const late = waiting.filter(() => random() < 0.3);
    const batch = [...waiting.filter((one) => !late.includes(one)), ...schedule.again(0.1)];
    await schedule.deliver(random() < 0.5 ? batch : shuffled(batch, random));
    waiting = late;
  }
  await schedule.deliver(shuffled(waiting, random));
}

/** Runs a schedule, and demands that the read model is exact in the end, and the quarantine just what it should be before. */
export async function runSchedule(stage: Stage): Promise<void> {
  const [database] = stage.writers;
  const schedule = new Schedule(stage);
  const { table, watch } = schedule;
  await deliverAll(schedule, stage.random);
  await stage.afterwards?.();
  // In the end somebody deletes what is no subject, and redrives what lies in quarantine.
  const keys = [...new Set(await quarantinedKeys(database))];
  watch.check(keys);
  table.dropJunk();
  if (keys.length > 0) await redrive(keys, stage.dependencies(database, table));
  await expectExact(database, table.orders(), { customers: table.customers(), items: table.items() });
  await expectNothingQuarantined(database);
}

async function expectNothingQuarantined(database: Database): Promise<void> {
  const keys = await quarantinedKeys(database);
  if (keys.length > 0) throw new Error(`Still in quarantine: ${keys.join(', ')}`);
}
