/** Whether summaries are what their rows give, page by page. Nothing is changed, and nothing locked. */
import type { Sql } from '../shared/database';
import type { HeldRow } from './differences';
import { compareBytes } from './state';
import * as statements from './sum-statements';

/** What can be checked: sums, holders that should not be, holders and lines by order, and the rest at once. */
export const CHECKS = ['sales', 'held', 'lines', 'rest'] as const;
export type Check = (typeof CHECKS)[number];

/** A row that is not what the others give. */
export interface SumDifference {
  readonly table:
    'item_sales' | 'daily_item_sales' | 'monthly_item_sales' | 'held_orders' | 'order_items' | 'item_tags' | 'counts';
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
  /** The last item or order has more differences than are listed. */
  readonly isPart?: true;
}

/**
 * Items or orders of one page. A page of `sales` reads the lines of all orders once, since they have no index by item; so it is large.
 * The others read what belongs to their page alone.
 */
const PAGES: Readonly<Record<'sales' | 'held' | 'lines', number>> = { sales: 5_000, held: 100, lines: 5_000 };

/** Differences of one table in a page, which ends before the item or order that is one too many. It keeps replies far below Lambda's 6 MB. */
const DIFFERENCES = 1_000;

/** Behind every id: they are ASCII. */
const END = '\x7f';

const ofSales =
  (table: 'item_sales' | 'daily_item_sales' | 'monthly_item_sales') =>
  ({ itemid, part, ...gap }: statements.SalesGap): SumDifference => ({
    table,
    key: part === undefined ? [itemid] : [itemid, String(part)],
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

type Paged = Exclude<Check, 'rest'>;

/** What is off, in lists of DIFFERENCES at most, each in the order of its ids. */
async function differencesIn(sql: Sql, check: Paged, ids: statements.Ids): Promise<SumDifference[][]> {
  switch (check) {
    case 'sales':
      return [
        (await statements.selectSalesGaps(sql, ids, DIFFERENCES)).map(ofSales('item_sales')),
        (await statements.selectDailySalesGaps(sql, ids, DIFFERENCES)).map(ofSales('daily_item_sales')),
        ...((await statements.hasAllMonths(sql))
          ? [(await statements.selectMonthlySalesGaps(sql, ids, DIFFERENCES)).map(ofSales('monthly_item_sales'))]
          : []),
      ];
    case 'held':
      return [(await statements.selectHeldInVain(sql, ids, DIFFERENCES)).map(ofHeld(0))];
    case 'lines':
      return [
        (await statements.selectOrphanLines(sql, ids, DIFFERENCES)).map(ofOrphans('order_items')),
        (await statements.selectNotHeld(sql, ids, DIFFERENCES)).map(ofHeld(1)),
      ];
  }
}

/** The item or order by which a page has a difference. */
const idIn = (check: Paged, { table, key }: SumDifference): string =>
  (check === 'lines' && table === 'held_orders' ? key[3] : key[0]) ?? '';

/** Where a full list ends for certain: before its last id, which may have more. `isPart` where it has no other. */
function endOf(ids: readonly string[]): { readonly end: string; readonly isPart: boolean } {
  const last = ids.at(-1) ?? '';
  const end = ids.findLast((id) => id !== last);
  return { end: end ?? last, isPart: end === undefined };
}

/** @param last the page's last id, where others are behind it. */
function pageOf(check: Paged, lists: readonly SumDifference[][], last: string | undefined): Checked {
  const ends = lists
    .filter(({ length }) => length >= DIFFERENCES)
    .map((list) => endOf(list.map((one) => idIn(check, one))))
    .sort((a, b) => compareBytes(a.end, b.end));
  const [cut] = ends;
  if (cut === undefined) return { differences: lists.flat(), ...(last !== undefined && { next: last }) };
  const differences = lists.flat().filter((one) => compareBytes(idIn(check, one), cut.end) <= 0);
  const isPart = ends.some((one) => one.isPart && one.end === cut.end);
  return { differences, next: cut.end, ...(isPart && { isPart }) };
}

async function checkRest(sql: Sql, after: string): Promise<Checked> {
  const tags = (await statements.selectOrphanTags(sql, after, DIFFERENCES)).map(ofOrphans('item_tags'));
  const next = tags.length < DIFFERENCES ? undefined : tags.at(-1)?.key[0];
  const { due, has } = await statements.selectCustomerCounts(sql);
  const isCounted = after !== '' || due === has;
  const counts = { table: 'counts', key: ['customers'], due: [due], has: [has] } as const;
  return { differences: isCounted ? tags : [...tags, counts], ...(next !== undefined && { next }) };
}

/** @param after the end of the page before, or nothing. */
export async function checkSums(sql: Sql, check: Check, after: string): Promise<Checked> {
  if (check === 'rest') return checkRest(sql, after);
  const table = check === 'lines' ? 'orders' : 'item_sales';
  const last = await statements.selectNth(sql, table, after, PAGES[check]);
  return pageOf(check, await differencesIn(sql, check, { after, upTo: last ?? END }), last);
}
