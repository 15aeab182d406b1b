/** One batch in one transaction: all of it is projected, or none. */
import { isDeepStrictEqual } from 'node:util';
import type { TransactionSql } from '../shared/database';
import { customers } from './customers';
import { orders } from './orders';
import type { OrdersTable } from './orders-table';
import { letGo, madeUpFor, quarantine } from './quarantine';
import { badRecord, readBatch, type BadRecord, type Batch, type Change } from './read-batch';
import { registeredItems } from './registered-items';
import { afterLookingUp, compareBytes, isSameLife, type Kind, type State, type Step } from './state';
import { dealWithStrays } from './strays';

/** A subject that was projected. */
export interface Projected {
  /** Key in the orders table, such as `order#6101`. */
  readonly pk: string;
  readonly version: number;
  readonly status: State['status'];
  /** Id of the event that made this version; undefined for a deletion. */
  readonly eventId: string | undefined;
}

/** What came of a batch. */
export interface Outcome {
  readonly projected: readonly Projected[];
  readonly quarantined: readonly BadRecord[];
}

/** What came of it, and what is to be remembered. */
export interface BatchOutcome extends Outcome {
  /** None of its subjects had a row before, and nothing is in quarantine. */
  readonly isAllNew: boolean;
  /** All that was unbooked is booked. */
  readonly hasBooked: boolean;
}

/**
 * What to do with a change, given the row of its subject (locked, where there is one).
 *
 * - `apply`: the image is newer, or the first.
 * - `ask`: the image alone cannot tell. It may be of a subject that was deleted since, or of an earlier or later life of its id; or
 *   it makes up for a bad record: what repairs one by hand may have the version that is projected already; or a scan read it before the
 *   subject that the row tells of came to be.
 * - `skip`: what the image says is projected already.
 */
export function judge(change: Change<State>, row: State | undefined): 'apply' | 'ask' | 'skip' {
  if (change.uncertain || change.repairs === true || change.image === undefined) return 'ask';
  if (row === undefined) return 'apply';
  const { state } = change.image;
  if (row.status === 'deleted' || !isSameLife(state, row)) return 'ask';
  if (state.version <= row.version) return 'skip';
  return change.scanned === true ? 'ask' : 'apply';
}

/** What a subject's rows shall hold, and the event that made it so. */
interface Target<S extends State> {
  readonly state: S;
  readonly eventId?: string;
}

/** Reads from the table what the images cannot tell. The rows are locked: nobody projects anything older meanwhile. */
async function askTable<S extends Row, Row extends State>(
  kind: Kind<S, Row>,
  table: OrdersTable,
  changes: readonly Change<S>[],
  before: ReadonlyMap<string, S>,
): Promise<{ targets: Target<S>[]; bad: BadRecord[] }> {
  const items = changes.length === 0 ? new Map<string, unknown>() : await table.read(changes.map(({ pk }) => pk));
  const targets: Target<S>[] = [];
  const bad: BadRecord[] = [];
  for (const { pk, id, record } of changes) {
    const item = items.get(pk);
    const row = before.get(id);
    const target = item === undefined ? { state: kind.tombstone(id, row) } : kind.readImage(item);
    if (typeof target === 'string') bad.push(badRecord(record, `the item in the table: ${target}`));
    else targets.push({ ...target, state: afterLookingUp(row, target.state) });
  }
  return { targets, bad };
}

/** What a kind's part has in common with the others'. */
interface Surroundings {
  readonly table: OrdersTable;
  /** What this batch makes up for in quarantine, of all kinds: asked once. */
  readonly madeUp: () => ReturnType<typeof madeUpFor>;
}

const isNews = <S extends State>({ before, after }: Step<S>): boolean => !isDeepStrictEqual(before, after);

async function projectChanges<S extends Row, Row extends State>(
  sql: TransactionSql,
  kind: Kind<S, Row>,
  changes: readonly Change<S>[],
  { table, madeUp }: Surroundings,
): Promise<BatchOutcome> {
  const locked = await kind.lock(
    sql,
    changes.map(({ id }) => id),
  );
  const rows = new Map(locked.rows.map((row) => [row.id, row]));
  const pks = new Set(changes.map(({ pk }) => pk));
  const quarantined = locked.anyQuarantined ? (await madeUp()).filter(({ pk }) => pks.has(pk)) : [];
  const repaired = new Set(quarantined.map(({ pk }) => pk));
  const judged = changes.map((change) => {
    const its = repaired.has(change.pk) ? { ...change, repairs: true } : change;
    return { change, verdict: judge(its, rows.get(change.id)) };
  });
  const skipped = new Set(judged.filter(({ verdict }) => verdict === 'skip').map(({ change }) => change.id));
  const concerned = locked.rows.filter(({ id }) => !skipped.has(id));
  const before = new Map((await kind.complete(sql, concerned)).map((state) => [state.id, state]));
  const toAsk = judged.filter(({ verdict }) => verdict === 'ask').map(({ change }) => change);
  const asked = await askTable(kind, table, toAsk, before);
  const targets: Target<S>[] = [
    ...judged
      .map(({ change, verdict }) => (verdict === 'apply' ? change.image : undefined))
      .filter((image) => image !== undefined),
    ...asked.targets.filter(({ state }) => isNews({ before: before.get(state.id), after: state })),
  ];
  targets.sort((a, b) => compareBytes(a.state.id, b.state.id));
  await kind.write(
    sql,
    targets.map(({ state }) => ({ before: before.get(state.id), after: state })),
    locked,
  );
  const bad = new Set(asked.bad.map(({ pk }) => pk));
  await letGo(
    sql,
    quarantined.filter(({ pk }) => !bad.has(pk)),
  );
  const isAllNew = locked.rows.length === 0 && !locked.anyQuarantined;
  return {
    projected: targets.map((target) => named(kind.prefix, target)),
    quarantined: asked.bad,
    isAllNew,
    hasBooked: true,
  };
}

export const named = (prefix: string, { state, eventId }: Target<State>): Projected => ({
  pk: prefix + state.id,
  version: state.version,
  status: state.status,
  eventId,
});

async function projectKind<S extends Row, Row extends State>(
  sql: TransactionSql,
  kind: Kind<S, Row>,
  { changes, bad }: Batch<S>,
  surroundings: Surroundings,
): Promise<BatchOutcome> {
  const nothing: BatchOutcome = { projected: [], quarantined: [], isAllNew: true, hasBooked: false };
  const { projected, quarantined, isAllNew, hasBooked } =
    changes.length === 0 ? nothing : await projectChanges(sql, kind, changes, surroundings);
  return { projected, quarantined: [...bad, ...quarantined], isAllNew: isAllNew && bad.length === 0, hasBooked };
}

/**
 * Projects a batch, within the caller's transaction (READ COMMITTED). Done twice, or by several writers at once, it comes to the
 * same: rows are locked before they are compared, and a subject that is new to two writers is inserted by one of them.
 *
 * Round trips do not depend on how many records there are: for each kind its locks, and the lists of rows that change; the quarantine,
 * where something is in it; and COMMIT. What is queued goes along: 2 where all records are of new orders, 7 at most.
 *
 * @throws errors of the database as they are (`classifyDatabaseError` tells them apart), OrdersTableUnavailable.
 */
export async function projectBatch(
  sql: TransactionSql,
  records: readonly unknown[],
  table: OrdersTable,
): Promise<BatchOutcome> {
  const ofOrders = readBatch(orders, records);
  const ofItems = readBatch(registeredItems, records);
  const ofCustomers = readBatch(customers, records);
  let asked: ReturnType<typeof madeUpFor> | undefined;
  const changes: readonly Change<State>[] = [...ofOrders.changes, ...ofItems.changes, ...ofCustomers.changes];
  const madeUp = (): ReturnType<typeof madeUpFor> => (asked ??= madeUpFor(sql, changes));
  const surroundings: Surroundings = { table, madeUp };
  // One kind after the other, always in this order, and each written before the next is locked: writers queue up instead of deadlocking.
  const outcomes = [
    await projectKind(sql, orders, ofOrders, surroundings),
    await projectKind(sql, registeredItems, ofItems, surroundings),
    await projectKind(sql, customers, ofCustomers, surroundings),
  ];
  const strays = await dealWithStrays(sql, [orders, registeredItems, customers], records, table);
  const quarantined = [...outcomes.flatMap((outcome) => outcome.quarantined), ...strays];
  await quarantine(sql, quarantined);
  const isAllNew = strays.length === 0 && outcomes.every((outcome) => outcome.isAllNew);
  const hasBooked = outcomes[0]?.hasBooked === true;
  return { projected: outcomes.flatMap(({ projected }) => projected), quarantined, isAllNew, hasBooked };
}
