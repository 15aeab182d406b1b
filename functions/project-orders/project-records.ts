/** A delivery of stream records, from end to end: again where that helps, apart where one record is at fault, else an error. */
import type { Database, TransactionSql } from '../shared/database';
import { classifyDatabaseError } from '../shared/database-errors';
import { UnreadableSales } from '../shared/unbooked-sales';
import { ordersAhead, remember, writeAhead, type Ahead } from './ahead';
import { OrdersTableUnavailable, type OrdersTable } from './orders-table';
import { projectBatch, type BatchOutcome, type Outcome } from './project-batch';
import { quarantine } from './quarantine';
import { badRecord } from './read-batch';

/** What the projection needs of the world. */
export interface Dependencies {
  readonly database: Database;
  readonly ordersTable: OrdersTable;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** What is remembered of the deliveries before; left out, none is written ahead. */
  readonly ahead?: Ahead | undefined;
}

/** What came of a delivery. */
export interface Summary extends Outcome {
  /** Records that told nothing new: projected before, or older than another of their subject. */
  readonly skipped: number;
  /** Transactions that were done again; also in the ordinary way, where the way ahead was not to be. */
  readonly retries: number;
}

/** The work is to end where it is: nothing is wrong with the records. */
export class WorkEnded extends Error {}

const CONFLICTS = 8;

/**
 * The one place that decides what a failed transaction leads to.
 *
 * - `again`: another writer was in the way; or the connection was lost, which is tried once on a new one. Whether a lost COMMIT took
 *   effect is unknown, and doesn't matter: what is projected already is skipped.
 * - `apart`: the failure is the data's, or unexpected, so one record's: the others must not wait for it.
 * - `throw`: nothing is wrong with the records. The stream delivers them again.
 *
 * @param failures how often the same transaction failed before, by kind.
 */
export function afterFailure(
  error: unknown,
  failures: { readonly conflicts: number; readonly losses: number },
): 'again' | 'apart' | 'throw' {
  if ([OrdersTableUnavailable, WorkEnded, UnreadableSales].some((kind) => error instanceof kind)) return 'throw';
  switch (classifyDatabaseError(error)) {
    case 'conflict':
      return failures.conflicts < CONFLICTS ? 'again' : 'throw';
    case 'unavailable':
      return failures.losses < 1 ? 'again' : 'throw';
    case 'data':
    case undefined:
      return 'apart';
  }
}

/** A failure that is a record's own. */
class RecordAtFault extends Error {}

/** What is done in a transaction. */
type Work<T> = (sql: TransactionSql) => Promise<T>;

/**
 * Does a transaction, and again as `afterFailure` says.
 *
 * @param quicker is tried first, if there is one. Where it is not to be, or the data is at fault, `work` tells.
 * @throws RecordAtFault where that is the data's fault; else the database's errors, OrdersTableUnavailable.
 */
export async function transact<T>(
  { database, random, sleep }: Dependencies,
  work: Work<T>,
  quicker?: Work<T>,
): Promise<{ result: T; retries: number }> {
  const failures = { conflicts: 0, losses: 0 };
  for (let next = quicker ?? work, retries = 0; ; next = work, retries += 1) {
    try {
      return { result: await database.transaction(next), retries };
    } catch (error) {
      if (next === quicker && classifyDatabaseError(error) !== 'unavailable') continue;
      const verdict = afterFailure(error, failures);
      if (verdict === 'apart') throw new RecordAtFault(String(error), { cause: error });
      if (verdict === 'throw') throw error;
      if (classifyDatabaseError(error) === 'conflict') failures.conflicts += 1;
      else failures.losses += 1;
      await sleep(random() * Math.min(1_000, 20 * 2 ** failures.conflicts));
    }
  }
}

const sum = (a: Summary, b: Summary): Summary => ({
  projected: [...a.projected, ...b.projected],
  quarantined: [...a.quarantined, ...b.quarantined],
  skipped: a.skipped + b.skipped,
  retries: a.retries + b.retries,
});

/** Halves of halves find the record at fault in few transactions; the order of the records is kept. */
async function projectApart(records: readonly unknown[], error: RecordAtFault, deps: Dependencies): Promise<Summary> {
  if (records.length === 1) {
    const bad = records.map((record) => badRecord(record, error.message));
    const { retries } = await transact(deps, (sql) => quarantine(sql, bad));
    return { projected: [], quarantined: bad, skipped: 0, retries };
  }
  const middle = Math.ceil(records.length / 2);
  const first = await projectRecords(records.slice(0, middle), deps);
  return sum(first, await projectRecords(records.slice(middle), deps));
}

/** The ordinary way, and the way ahead where it may be gone. */
function waysOf(records: readonly unknown[], deps: Dependencies): [Work<BatchOutcome>, Work<BatchOutcome>?] {
  const { ordersTable, ahead } = deps;
  const look = (sql: TransactionSql): Promise<BatchOutcome> => projectBatch(sql, records, ordersTable);
  const orders = ahead && ordersAhead(ahead, records);
  return ahead === undefined || orders === undefined ? [look] : [look, (sql) => writeAhead(sql, orders, ahead)];
}

/**
 * Projects the records of a delivery: each becomes part of the read model, was so before, or lies in quarantine.
 *
 * @throws where the database or the table cannot be used; then some or none of the records are projected, and delivering all
 *   of them again is right.
 */
export async function projectRecords(records: readonly unknown[], deps: Dependencies): Promise<Summary> {
  if (records.length === 0) return { projected: [], quarantined: [], skipped: 0, retries: 0 };
  try {
    const { result, retries } = await transact(deps, ...waysOf(records, deps));
    if (deps.ahead !== undefined) remember(deps.ahead, result, deps.random);
    const { projected, quarantined } = result;
    return { projected, quarantined, retries, skipped: records.length - projected.length - quarantined.length };
  } catch (error) {
    if (error instanceof RecordAtFault) return projectApart(records, error, { ...deps, ahead: undefined });
    throw error;
  }
}
