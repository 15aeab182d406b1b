/** Summaries made what their rows give, while others project: in one transaction, by differences, as the projection itself writes them. */
import type { TransactionSql } from '../shared/database';
import type { SumDifference } from './check-sums';
import { allSales, type HeldRow } from './differences';
import { orders } from './orders';
import { compareBytes } from './state';
import {
  addToCustomerCount,
  addToDailyItemSales,
  addToItemSales,
  addToMonthlyItemSales,
  deleteHeldOrders,
  upsertHeldOrders,
} from './statements';
import * as statements from './sum-statements';
import { deleteUnbooked, SELECT_UNBOOKED, withUnbooked, type UnbookedRow } from './unbooked';

/** What is to be mended: of a difference, its place. */
export type Place = Pick<SumDifference, 'table' | 'key'>;

/** More than a page of days has for its items. */
const GAPS = 1_000_000;

const firsts = (places: readonly Place[], ...tables: readonly Place['table'][]): string[] =>
  [...new Set(places.filter(({ table }) => tables.includes(table)).map(({ key }) => key[0] ?? ''))].sort(compareBytes);

/** Books all that is set aside, so that no sum comes out below zero, with the sums of these items and of those locked. */
async function bookAll(sql: TransactionSql, itemids: readonly string[]): Promise<void> {
  const rows = await sql.select<UnbookedRow>(SELECT_UNBOOKED);
  const { sales, dailySales, monthlySales } = allSales(withUnbooked([], rows));
  await statements.lockSales(sql, [...new Set([...itemids, ...sales.map(({ itemid }) => itemid)])].sort(compareBytes));
  await addToItemSales(sql, sales);
  await addToDailyItemSales(sql, dailySales);
  await addToMonthlyItemSales(sql, monthlySales);
  await deleteUnbooked(sql, rows.map(({ id }) => id)); // prettier-ignore
}

/**
 * Adds what the sums lack. What they lack is found by one statement, which others are in with both their rows and their sums or with
 * neither; what they add later, or set aside, is added to ours. The lock is for another one who mends: the gap would be filled twice.
 */
async function mendSales(sql: TransactionSql, itemids: readonly string[]): Promise<void> {
  if (itemids.length === 0) return;
  await bookAll(sql, itemids);
  const gapOf = ({ itemid, part = '', ...gap }: statements.SalesGap) => ({
    itemid,
    orderday: String(part),
    month: Number(part),
    ordered: gap.dueOrdered - gap.hasOrdered,
    orders: gap.dueOrders - gap.hasOrders,
  });
  await addToItemSales(sql, (await statements.selectSalesGaps(sql, itemids, GAPS)).map(gapOf));
  await addToDailyItemSales(sql, (await statements.selectDailySalesGaps(sql, itemids, GAPS)).map(gapOf));
  await addToMonthlyItemSales(sql, (await statements.selectMonthlySalesGaps(sql, itemids, GAPS)).map(gapOf));
}

async function mendCustomerCount(sql: TransactionSql): Promise<void> {
  await statements.lockCustomerCount(sql);
  const { due, has } = await statements.selectCustomerCounts(sql);
  await addToCustomerCount(sql, due - has);
}

const heldOf = ({ key: [itemid = '', customerid = '', orderdate = '', orderid = ''] }: Place): HeldRow => ({ itemid, customerid, orderdate, orderid }); // prettier-ignore

const nameOf = ({ itemid, customerid, orderdate, orderid }: HeldRow): string => [itemid, customerid, orderdate, orderid].join('|'); // prettier-ignore

/** Writes or deletes each, as its order says now, whose row is locked. */
async function mendHeld(sql: TransactionSql, rows: readonly HeldRow[]): Promise<void> {
  if (rows.length === 0) return;
  const locked = await orders.lock(sql, [...new Set(rows.map(({ orderid }) => orderid))].sort(compareBytes));
  const states = await orders.complete(sql, locked.rows);
  const due = new Set(
    states.flatMap(({ id: orderid, status, customerid, orderdate, items }) =>
      status !== 'active' || customerid === null || orderdate === null
        ? []
        : items.map(({ itemid }) => nameOf({ itemid, customerid, orderdate, orderid })),
    ),
  );
  const sorted = rows.toSorted((a, b) => compareBytes(nameOf(a), nameOf(b)));
  await upsertHeldOrders(sql, sorted.filter((row) => due.has(nameOf(row)))); // prettier-ignore
  await deleteHeldOrders(sql, sorted.filter((row) => !due.has(nameOf(row)))); // prettier-ignore
}

/** In the order in which the projection writes: writers queue up instead of deadlocking. */
export async function mendSums(sql: TransactionSql, places: readonly Place[]): Promise<void> {
  const lines = firsts(places, 'order_items');
  if (lines.length > 0) await statements.deleteOrphanLines(sql, lines);
  await mendHeld(sql, places.filter(({ table }) => table === 'held_orders').map(heldOf)); // prettier-ignore
  await mendSales(sql, firsts(places, 'item_sales', 'daily_item_sales', 'monthly_item_sales'));
  const tags = firsts(places, 'item_tags');
  if (tags.length > 0) await statements.deleteOrphanTags(sql, tags);
  if (places.some(({ table }) => table === 'counts')) await mendCustomerCount(sql);
}
