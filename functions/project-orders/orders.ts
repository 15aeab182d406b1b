/** Orders: their rows, their items, what they add to the sales, and who holds what by them. */
import type { Sql, TransactionSql } from '../shared/database';
import { allSales, differencesOf, type DailySalesDifference, type Differences } from './differences';
import { ORDER_PREFIX, readOrderImage } from './order-image';
import type { OrderItem, OrderRow, OrderState } from './order-state';
import type { Kind, Locked, Step } from './state';
import * as statements from './statements';
import { subjectTable, writeRows } from './subject-table';
import { deleteUnbooked, SELECT_UNBOOKED, withUnbooked, type UnbookedRow } from './unbooked';

const table = subjectTable<OrderRow>('orders', {
  orderid: 'id',
  customerid: 'customerid',
  status: 'status',
  version: 'version',
  orderdate: 'orderdate',
  created_by: 'createdBy',
});

async function complete(sql: Sql, rows: readonly OrderRow[]): Promise<OrderState[]> {
  const states = new Map(rows.map((row) => [row.id, { ...row, items: [] as OrderItem[] }]));
  if (rows.length === 0) return [];
  for (const { orderid, itemid, quantity } of await statements.selectItems(sql, [...states.keys()])) {
    states.get(orderid)?.items.push({ itemid, quantity });
  }
  return [...states.values()];
}

/** All rows of orders but those of the sums. @returns what is to be added to these. */
async function writeAllButSums(sql: TransactionSql, steps: readonly Step<OrderState>[]): Promise<Differences> {
  await writeRows(sql, table, steps);
  const rows = differencesOf(steps);
  await statements.insertItems(sql, rows.newItems);
  await statements.upsertItems(sql, rows.changedItems);
  await statements.deleteItems(sql, rows.goneItems);
  await statements.insertHeldOrders(sql, rows.newHeld);
  await statements.upsertHeldOrders(sql, rows.moreHeld);
  await statements.deleteHeldOrders(sql, rows.goneHeld);
  return rows;
}

async function addToSums(sql: TransactionSql, daily: readonly DailySalesDifference[]): Promise<void> {
  const { sales, dailySales, monthlySales } = allSales(daily);
  await statements.addToItemSales(sql, sales);
  await statements.addToDailyItemSales(sql, dailySales);
  await statements.addToMonthlyItemSales(sql, monthlySales);
}

/** With all that is unbooked: a change may take away what an earlier batch set aside, and sums are never to be negative. */
async function write(
  sql: TransactionSql,
  steps: readonly Step<OrderState>[],
  { unbooked }: Locked<OrderRow>,
): Promise<void> {
  const { dailySales } = await writeAllButSums(sql, steps);
  await addToSums(sql, unbooked.length === 0 ? dailySales : withUnbooked(dailySales, unbooked));
  await deleteUnbooked(sql, unbooked.map(({ id }) => id)); // prettier-ignore
}

/**
 * Writes orders that have no row yet, which nobody looked for: error 1062 where one has.
 *
 * @param orders sorted by id.
 * @param setsAside whether sums of so many days and items are set aside, to be booked later with those of others.
 * @returns whether they were.
 */
export async function writeNew(
  sql: TransactionSql,
  orders: readonly OrderState[],
  setsAside: (sums: number) => boolean,
): Promise<boolean> {
  const { dailySales } = await writeAllButSums(sql, orders.map((after) => ({ before: undefined, after }))); // prettier-ignore
  if (!setsAside(dailySales.length)) {
    await addToSums(sql, dailySales);
    return false;
  }
  await statements.insertUnbooked(sql, dailySales);
  return true;
}

async function lock(sql: TransactionSql, ids: readonly string[]): Promise<Locked<OrderRow>> {
  const [answer, unbooked] = await sql.selectBoth<OrderRow, UnbookedRow>(table.locking(ids), [SELECT_UNBOOKED]);
  return { ...table.found(answer), unbooked };
}

export const orders: Kind<OrderState, OrderRow> = {
  prefix: ORDER_PREFIX,
  readImage: readOrderImage,
  lock,
  look: table.look,
  complete,
  tombstone: (id, before) => ({
    ...(before ?? { id, customerid: null, version: 0, orderdate: null, createdBy: null }),
    status: 'deleted',
    items: [],
  }),
  write,
};
