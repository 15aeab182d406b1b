/** Whether summaries are what their rows give, page by page. Nothing is changed, and nothing locked. */
import type { Sql } from '../shared/database';
import type { HeldRow } from './differences';
import * as statements from './sum-statements';

/** What can be checked: sums, holders that should not be, holders and lines by order, and the rest at once. */
export const CHECKS = ['sales', 'held', 'lines', 'rest'] as const;
export type Check = (typeof CHECKS)[number];

/** A row that is not what the others give. */
export interface SumDifference {
  readonly table: 'item_sales' | 'daily_item_sales' | 'held_orders' | 'order_items' | 'item_tags' | 'counts';
  /** Its key in that table, or the first part of it. */
  readonly key: readonly string[];
  /** Sums, and numbers of rows: what they should be, and what they are. */
  readonly due: readonly number[];
  readonly has: readonly number[];
}

/** A page. */
export interface Checked {
  readonly differences: readonly SumDifference[];
  /** The `after` of the page behind it, where there is one. */
  readonly next?: string;
}

/**
 * Items or orders of one page. A page of `sales` reads the lines of all orders once, since they have no index by item; so it is large.
 * The others read what belongs to their page alone.
 */
const PAGES: Readonly<Record<'sales' | 'held' | 'lines', number>> = { sales: 5_000, held: 100, lines: 5_000 };

/** Differences of one page and table: more are found once these are mended. It keeps replies far below Lambda's 6 MB. */
const DIFFERENCES = 1_000;

/** Behind every id: they are ASCII. */
const END = '\x7f';

const ofSales =
  (table: 'item_sales' | 'daily_item_sales') =>
  ({ itemid, orderday, ...gap }: statements.SalesGap): SumDifference => ({
    table,
    key: orderday === undefined ? [itemid] : [itemid, orderday],
    due: [gap.dueOrdered, gap.dueOrders],
    has: [gap.hasOrdered, gap.hasOrders],
  });

const ofHeld =
  (due: number) =>
  ({ itemid, customerid, orderdate, orderid }: HeldRow): SumDifference => ({
    table: 'held_orders',
    key: [itemid, customerid, orderdate, orderid],
    due: [due],
    has: [1 - due],
  });

const ofOrphans =
  (table: 'order_items' | 'item_tags') =>
  ({ id, rows }: { readonly id: string; readonly rows: number }): SumDifference => ({
    table,
    key: [id],
    due: [0],
    has: [rows],
  });

async function differencesIn(sql: Sql, check: Exclude<Check, 'rest'>, ids: statements.Ids): Promise<SumDifference[]> {
  switch (check) {
    case 'sales':
      return [
        ...(await statements.selectSalesGaps(sql, ids, DIFFERENCES)).map(ofSales('item_sales')),
        ...(await statements.selectDailySalesGaps(sql, ids, DIFFERENCES)).map(ofSales('daily_item_sales')),
      ];
    case 'held':
      return (await statements.selectHeldInVain(sql, ids, DIFFERENCES)).map(ofHeld(0));
    case 'lines':
      return [
        ...(await statements.selectOrphanLines(sql, ids, DIFFERENCES)).map(ofOrphans('order_items')),
        ...(await statements.selectNotHeld(sql, ids, DIFFERENCES)).map(ofHeld(1)),
      ];
  }
}

async function checkRest(sql: Sql): Promise<SumDifference[]> {
  const { due, has } = await statements.selectCustomerCounts(sql);
  return [
    ...(await statements.selectOrphanTags(sql, DIFFERENCES)).map(ofOrphans('item_tags')),
    ...(due === has ? [] : [{ table: 'counts', key: ['customers'], due: [due], has: [has] } as const]),
  ];
}

/** @param after the end of the page before, or nothing. */
export async function checkSums(sql: Sql, check: Check, after: string): Promise<Checked> {
  if (check === 'rest') return { differences: await checkRest(sql) };
  const table = check === 'lines' ? 'orders' : 'item_sales';
  const last = await statements.selectNth(sql, table, after, PAGES[check]);
  const differences = await differencesIn(sql, check, { after, upTo: last ?? END });
  return { differences, ...(last !== undefined && { next: last }) };
}
