/**
 * Sales that no sum holds yet. Under load, what a batch of new orders adds to the sums is kept as one row, and booked by a later batch
 * together with that of others; whoever reads sums adds what is kept. docs/adr/0015-sales-set-aside.md
 */

/** What is to be added to the sales of an item on a day. Never negative: what takes away is booked at once, and all that is kept with it. */
export type UnbookedSale = readonly [itemid: string, orderday: string, ordered: number, orders: number];

/** As `unbooked_sales.sales` holds them. */
export const writeUnbooked = (sales: readonly UnbookedSale[]): string => JSON.stringify(sales);

/** A row that was written by hand. Nothing is booked and no report told until it is deleted: docs/operations/reconcile.md */
export class UnreadableSales extends Error {
  override readonly name = 'UnreadableSales';
}

const isSale = (one: unknown): one is UnbookedSale =>
  Array.isArray(one) &&
  typeof one[0] === 'string' &&
  typeof one[1] === 'string' &&
  Number.isSafeInteger(one[2]) &&
  Number.isSafeInteger(one[3]);

function parsed(sales: string): unknown {
  try {
    return JSON.parse(sales);
  } catch {
    return undefined;
  }
}

/**
 * What a row of `unbooked_sales` holds.
 *
 * @throws UnreadableSales
 */
export function readUnbooked(sales: string): readonly UnbookedSale[] {
  const all = parsed(sales);
  if (Array.isArray(all) && all.every(isSale)) return all;
  throw new UnreadableSales(
    `unbooked_sales has a row that is no list of sales: ${sales.slice(0, 64)}. Delete it, then run reconcile --repair.`,
  );
}

/** A row source for SQL: all that is kept, as rows of `itemid`, `orderday`, `ordered` and `orders`. MySQL 8 and 9, Aurora, MariaDB from 10.6. */
export const UNBOOKED = `unbooked_sales, JSON_TABLE(unbooked_sales.sales, '$[*]' COLUMNS (
    itemid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PATH '$[0]', orderday DATE PATH '$[1]',
    ordered BIGINT PATH '$[2]', orders BIGINT PATH '$[3]')) unbooked`;

/** A row of `(what is booked, with NULL AS unbooked) UNION ALL (SELECT NULL, …, sales FROM unbooked_sales)`: one statement, so that nothing is booked between the two. */
export type BookedOrNot<Booked> = (Booked & { readonly unbooked: null }) | { readonly unbooked: string };

/** What is booked, and what is to be added to it. */
export interface ToldApart<Booked> {
  readonly booked: readonly Booked[];
  readonly unbooked: readonly UnbookedSale[];
}

const isBooked = <Booked extends object>(row: BookedOrNot<Booked>): row is Booked & { readonly unbooked: null } =>
  row.unbooked === null;

/** The rows of such a statement. A server promises no order of them. */
export const tellApart = <Booked extends object>(rows: readonly BookedOrNot<Booked>[]): ToldApart<Booked> => ({
  booked: rows.filter(isBooked),
  unbooked: rows.flatMap(({ unbooked }) => (unbooked === null ? [] : readUnbooked(unbooked))),
});
