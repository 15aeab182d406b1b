/** One batch in one transaction: all of it is projected, or none. */
import type { Sql } from '../shared/database';
import { differencesOf, type Differences, type Step } from './differences';
import { compareBytes, isSameLife, readOrderImage, type OrderItem, type OrderState } from './order-image';
import type { OrdersTable } from './orders-table';
import { heal, quarantine } from './quarantine';
import { badRecord, type BadRecord, type Batch, type Change } from './read-batch';
import * as statements from './statements';

/** An order that was projected. */
export interface ProjectedOrder {
  readonly orderid: string;
  readonly version: number;
  readonly status: OrderState['status'];
  /** Id of the event that made this version; undefined for a deletion. */
  readonly eventId: string | undefined;
}

/** What came of a batch. */
export interface Outcome {
  readonly projected: readonly ProjectedOrder[];
  readonly quarantined: readonly BadRecord[];
}

/**
 * What to do with a change, given the row of its order (locked, where there is one).
 *
 * - `apply`: the image is newer, or the first.
 * - `ask`: the image alone cannot tell. It may be of an order that was deleted since, or of an earlier or later life of its id.
 * - `skip`: what the image says is projected already.
 */
export function judge(change: Change, row: statements.OrderRow | undefined): 'apply' | 'ask' | 'skip' {
  if (change.uncertain || change.order === undefined) return 'ask';
  if (row === undefined) return 'apply';
  if (row.status === 'deleted' || !isSameLife(change.order, { ...row, items: [] })) return 'ask';
  return change.order.version > row.version ? 'apply' : 'skip';
}

/** What stays of an order that was deleted; a row that was never seen gets version 0. */
const tombstone = (orderid: string, before: OrderState | undefined): OrderState => ({
  ...(before ?? { orderid, customerid: null, version: 0, orderdate: null, createdBy: null }),
  status: 'deleted',
  items: [],
});

/** The columns of an order, for comparing. */
const content = (state: OrderState): string =>
  JSON.stringify([state.customerid, state.status, state.version, state.orderdate, state.createdBy, state.items]);

type Target = OrderState & { readonly eventId?: string };

/** Reads from the table what the images cannot tell. The rows are locked: nobody projects anything older meanwhile. */
async function askTable(
  table: OrdersTable,
  changes: readonly Change[],
  rows: ReadonlyMap<string, OrderState>,
): Promise<{ targets: Target[]; bad: BadRecord[] }> {
  const items = changes.length === 0 ? new Map<string, unknown>() : await table.read(changes.map(({ pk }) => pk));
  const targets: Target[] = [];
  const bad: BadRecord[] = [];
  for (const { pk, orderid, record } of changes) {
    const item = items.get(pk);
    const order = item === undefined ? tombstone(orderid, rows.get(orderid)) : readOrderImage(item);
    if (typeof order === 'string') bad.push(badRecord(record, `the item in the table: ${order}`));
    else targets.push(order);
  }
  return { targets, bad };
}

/** The rows of orders with their items. */
async function withItems(sql: Sql, rows: readonly statements.OrderRow[]): Promise<Map<string, OrderState>> {
  const states = new Map(rows.map((row) => [row.orderid, { ...row, items: [] as OrderItem[] }]));
  if (rows.length === 0) return states;
  for (const { orderid, itemid, quantity } of await statements.selectItems(sql, [...states.keys()])) {
    states.get(orderid)?.items.push({ itemid, quantity });
  }
  return states;
}

async function write(sql: Sql, rows: Differences): Promise<void> {
  await statements.insertOrders(sql, rows.newOrders);
  await statements.insertItems(sql, rows.newItems);
  await statements.upsertOrders(sql, rows.changedOrders);
  await statements.upsertItems(sql, rows.changedItems);
  await statements.deleteItems(sql, rows.goneItems);
  await statements.addToItemSales(sql, rows.sales);
  await statements.addToDailyItemSales(sql, rows.dailySales);
}

const isNews = ({ before, after }: Step): boolean => before === undefined || content(before) !== content(after);

async function projectChanges(sql: Sql, changes: readonly Change[], table: OrdersTable): Promise<Outcome> {
  const locked = await statements.lockOrders(
    sql,
    changes.map(({ orderid }) => orderid),
  );
  const rows = new Map(locked.rows.map((row) => [row.orderid, row]));
  const judged = changes.map((change) => ({ change, verdict: judge(change, rows.get(change.orderid)) }));
  const concerned = judged.filter(({ verdict }) => verdict !== 'skip').map(({ change }) => change.orderid);
  const before = await withItems(
    sql,
    concerned.flatMap((orderid) => rows.get(orderid) ?? []),
  );
  const asked = await askTable(
    table,
    judged.filter(({ verdict }) => verdict === 'ask').map(({ change }) => change),
    before,
  );
  const targets: Target[] = [
    ...judged.flatMap(({ change, verdict }) => (verdict === 'apply' && change.order ? [change.order] : [])),
    ...asked.targets,
  ].sort((a, b) => compareBytes(a.orderid, b.orderid));
  const steps = targets.map((after) => ({ before: before.get(after.orderid), after })).filter(isNews);
  await write(sql, differencesOf(steps));
  const bad = new Set(asked.bad.map(({ pk }) => pk));
  if (locked.anyQuarantined)
    await heal(
      sql,
      changes.filter(({ pk }) => !bad.has(pk)),
    );
  return { projected: steps.map(({ after }) => named(after)), quarantined: asked.bad };
}

const named = ({ orderid, version, status, eventId }: Target): ProjectedOrder => ({
  orderid,
  version,
  status,
  eventId,
});

/**
 * Projects a batch, within the caller's transaction (READ COMMITTED). Done twice, or by several writers at once, it comes to the
 * same: rows are locked before they are compared, and an order that is new to two writers is inserted by one of them.
 *
 * @throws errors of the database as they are (`classifyDatabaseError` tells them apart), OrdersTableUnavailable.
 */
export async function projectBatch(sql: Sql, batch: Batch, table: OrdersTable): Promise<Outcome> {
  const { projected, quarantined } =
    batch.changes.length === 0 ? { projected: [], quarantined: [] } : await projectChanges(sql, batch.changes, table);
  const bad = [...batch.bad, ...quarantined];
  await quarantine(sql, bad);
  return { projected, quarantined: bad };
}
