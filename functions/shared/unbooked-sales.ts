/**
 * Sales that no sum holds yet. Under load, what a batch of new orders adds to the sums is set aside as one row, and booked by a later
 * batch together with that of others; whoever reads sums adds what is unbooked. docs/adr/0015-sales-set-aside.md
 */
import { isId } from './contract';

/** What is to be added to the sales of an item on a day. Never negative: what takes away is booked at once, and all that is unbooked with it. */
export type UnbookedSale = readonly [itemid: string, orderday: string, ordered: number, orders: number];

/** As `unbooked_sales.sales` holds them. */
export const writeUnbooked = (sales: readonly UnbookedSale[]): string => JSON.stringify(sales);

/** A row that was written by hand, and that no sum could take. Nothing is booked and no report told until it is deleted: docs/operations/reconcile.md */
export class UnreadableSales extends Error {
  override readonly name = 'UnreadableSales';
}

/** Days that every month has: real without a look at the calendar, which takes longer. */
const PLAIN = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$/;

const LAST_DAYS = /^\d{4}-(0[1-9]|1[0-2])-(29|3[01])$/;

/** The round trip refuses what `Date` would bend into the next month. */
function isReal(day: string): boolean {
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}

const isDay = (day: unknown): boolean =>
  typeof day === 'string' && (PLAIN.test(day) || (LAST_DAYS.test(day) && isReal(day)));

const isAmount = (amount: unknown): boolean => Number.isSafeInteger(amount) && Number(amount) >= 0;

const isSale = (one: unknown): one is UnbookedSale =>
  Array.isArray(one) && isId(one[0]) && isDay(one[1]) && isAmount(one[2]) && isAmount(one[3]);

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

/** A row source for SQL: all that is unbooked, as rows of `itemid`, `orderday`, `ordered` and `orders`. MySQL 8 and 9, Aurora, MariaDB from 10.6. */
export const UNBOOKED = `unbooked_sales, JSON_TABLE(unbooked_sales.sales, '$[*]' COLUMNS (
    itemid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin PATH '$[0]', orderday DATE PATH '$[1]',
    ordered BIGINT PATH '$[2]', orders BIGINT PATH '$[3]')) unbooked`;

/**
 * A row of `(what is booked, with NULL AS unbooked) UNION ALL (SELECT NULL, …, sales FROM unbooked_sales)`: one statement, so that
 * nothing is booked between the two.
 */
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
