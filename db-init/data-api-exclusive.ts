/**
 * Only one run of the migrations at a time, over the Data API: a row is locked by a transaction that does nothing else and stays open.
 * Statements run outside it, since DDL would end it. When the run is cut off, the Data API rolls the transaction back after three minutes
 * without a call, and the lock is gone: no row and no clock of ours to repair.
 */
import type { Sql } from '../functions/shared/database';
import { StillRunning, type DataApi, type Waits } from './data-api';
import { DataApiError } from './data-api-error';
import type { Exclusive } from './exclusive';
import { MigrationError, reasonOf } from './migration-error';

/** As a SELECT: the Data API tells the results of no other statement as JSON. */
const FIND_TABLE = `SELECT table_name AS name FROM information_schema.tables
  WHERE table_schema = DATABASE() AND table_name = 'schema_lock'`;
const TABLE = 'CREATE TABLE IF NOT EXISTS schema_lock (id TINYINT NOT NULL PRIMARY KEY) ENGINE = InnoDB';
const ROW = 'INSERT IGNORE INTO schema_lock (id) VALUES (1)';
const LOCK = 'SELECT id FROM schema_lock WHERE id = 1 FOR UPDATE NOWAIT';

/** Refused by NOWAIT: 3572 on MySQL, 1205 on MariaDB. */
const IS_LOCKED = new Set([3572, 1205]);

/** Milliseconds between two looks at what is waited for: another run, or a statement that goes on after its call. */
const PAUSE = 5_000;

/** @throws MigrationError where another run does not end before the deadline. */
export const overDataApi =
  (api: DataApi, waits: Waits): Exclusive =>
  async (work) => {
    await prepare(api);
    const transactionId = await lock(api, waits);
    try {
      return await work(holding(transactionId, api, waits));
    } finally {
      await release(api, transactionId);
    }
  };

/** The row is made before anybody locks it: its own transaction commits it. */
async function prepare(api: DataApi): Promise<void> {
  const { rows } = await api.execute(FIND_TABLE);
  if (rows.length === 0) await api.execute(TABLE, [], { continueAfterTimeout: true });
  if ((await api.execute('SELECT id FROM schema_lock')).rows.length === 0) await api.execute(ROW);
}

/** @returns the transaction that holds the lock. */
async function lock(api: DataApi, { deadline, sleep, log }: Waits): Promise<string> {
  for (;;) {
    const transactionId = await api.begin();
    try {
      await api.execute(LOCK, [], { transactionId });
      return transactionId;
    } catch (error) {
      await release(api, transactionId);
      if (!(error instanceof DataApiError) || !IS_LOCKED.has(error.errno ?? 0)) throw error;
      if (Date.now() + PAUSE > deadline) throw new MigrationError('Another run of the migrations did not end in time.');
      log('Another run of the migrations is under way; waiting', { milliseconds: PAUSE });
      await sleep(PAUSE);
    }
  }
}

async function release(api: DataApi, transactionId: string): Promise<void> {
  try {
    await api.rollback(transactionId);
  } catch {
    // It is over already, and the lock with it; what happened first is the error to report.
  }
}

/** What goes on after its call. Anything else is stopped with it: run again, it would take as long again. */
const DDL = /^\s*(?:CREATE|ALTER|DROP|RENAME|TRUNCATE)\b/i;

/** Lines of comment are for readers of a migration's file; quotes and colons in them are nothing for the Data API to parse. */
const withoutComments = (statement: string): string => statement.replace(/^--.*\n?/gm, '');

/** Statements outside the transaction, each after making sure that the lock is still held, which keeps the transaction alive as well. */
function holding(transactionId: string, api: DataApi, waits: Waits): Sql {
  const confirm = async (): Promise<void> => {
    try {
      await api.execute('SELECT 1 AS held', [], { transactionId });
    } catch (error) {
      throw new MigrationError(`The lock on the schema was lost: ${reasonOf(error)}. Deploy again.`, { cause: error });
    }
  };
  return {
    async select<Row extends object>(statement: string, values?: Parameters<Sql['select']>[1]) {
      await confirm();
      return (await api.execute(statement, values)).rows as Row[];
    },
    async run(commented, values) {
      const statement = withoutComments(commented);
      const continueAfterTimeout = DDL.test(statement);
      for (;;) {
        await confirm();
        try {
          return (await api.execute(statement, values, { continueAfterTimeout })).affected;
        } catch (error) {
          if (!(error instanceof StillRunning) || !continueAfterTimeout) throw error;
          await untilEnded(statement, error, api, waits, confirm);
          // Whether it took effect is unknown. Run again, it tells: what is there already is not made twice.
        }
      }
    },
  };
}

/** By the connection where the Data API tells it, or else by the words. It may be the very connection that asks, once it has ended. */
const RUNNING = `SELECT COUNT(*) AS running FROM information_schema.processlist
  WHERE id <> CONNECTION_ID() AND command <> 'Sleep' AND (id = ? OR info = ?)`;

/** Waits for a statement that goes on after its call. */
async function untilEnded(
  statement: string,
  { connectionId = 0 }: StillRunning,
  api: DataApi,
  { deadline, sleep, log }: Waits,
  confirm: () => Promise<void>,
): Promise<void> {
  for (;;) {
    const { rows } = await api.execute(RUNNING, [connectionId, statement]);
    if ((rows as { running: number }[])[0]?.running === 0) return;
    if (Date.now() + PAUSE > deadline)
      throw new Error('It is still running. Deploy again when it has ended: that goes on from there.');
    log('A statement takes longer than a call; waiting for its end', { milliseconds: PAUSE, statement });
    await sleep(PAUSE);
    await confirm();
  }
}
