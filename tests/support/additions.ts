/** Sales one by one, each booked or set aside, and what the reports must say of them: the same, wherever each of them is. */
import fc from 'fast-check';
import type { Database } from '../../functions/shared/database';
import type { AnyQuery } from '../../functions/shared/query';
import { writeUnbooked, type UnbookedSale } from '../../functions/shared/unbooked-sales';
import type { MadeOrder } from './sales';

/** An item of one order. */
export interface Addition {
  readonly itemid: string;
  readonly day: string;
  readonly quantity: number;
  /** Which row of `unbooked_sales` it is set aside in; null where it is booked. */
  readonly aside: number | null;
}

/** Ids that begin alike or differ in case, and one that is a day. */
export const ITEMS = ['z1', 'z10', 'Z1', 'z', 'a-b', 'a.b', '2022-10-31', '0'];
const DAYS = ['1970-01-01', '2021-12-31', '2022-01-01', '2022-10-01', '2022-10-31', '2022-11-01', '9999-12-31'];

export const anyAdditions: fc.Arbitrary<Addition[]> = fc.array(
  fc.record({
    itemid: fc.constantFrom(...ITEMS),
    day: fc.constantFrom(...DAYS),
    quantity: fc.integer({ min: 1, max: 1_000_000 }),
    aside: fc.option(fc.nat(3), { freq: 2 }),
  }),
  { maxLength: 40 },
);

/** Rows as the tables hold them. */
export interface SalesRows {
  readonly itemSales: [itemid: string, ordered: number, orders: number][];
  readonly dailyItemSales: [itemid: string, orderday: string, ordered: number, orders: number][];
  readonly monthlyItemSales: [itemid: string, month: number, ordered: number, orders: number][];
  /** `unbooked_sales.sales` */
  readonly unbooked: string[];
}

function groupsOf<One, Key>(of: readonly One[], key: (one: One) => Key): [Key, One[]][] {
  const groups = new Map<Key, One[]>();
  for (const one of of) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return [...groups];
}

const sum = (of: readonly Addition[]): number => of.reduce((total, { quantity }) => total + quantity, 0);

const days = (of: readonly Addition[]): UnbookedSale[] =>
  groupsOf(of, ({ itemid }) => itemid).flatMap(([itemid, its]) =>
    groupsOf(its, ({ day }) => day).map(([day, all]): UnbookedSale => [itemid, day, sum(all), all.length]),
  );

const months = (of: readonly Addition[]): SalesRows['monthlyItemSales'] =>
  groupsOf(of, ({ itemid, day }) => `${itemid} ${day.slice(0, 7)}`).flatMap(([, its]) =>
    its.slice(0, 1).map(({ itemid, day }): SalesRows['monthlyItemSales'][number] => [itemid, Number(day.slice(0, 7).replace('-', '')), sum(its), its.length]),
  ); // prettier-ignore

export function rowsOf(additions: readonly Addition[]): SalesRows {
  const booked = additions.filter(({ aside }) => aside === null);
  const aside = additions.filter(({ aside }) => aside !== null);
  return {
    itemSales: groupsOf(booked, ({ itemid }) => itemid).map(([itemid, its]) => [itemid, sum(its), its.length]),
    dailyItemSales: days(booked).map((day) => [...day]),
    monthlyItemSales: months(booked),
    unbooked: groupsOf(aside, (one) => one.aside).map(([, its]) => writeUnbooked(days(its))),
  };
}

/** For the judge of reports, which knows nothing of booking. */
export const ordersOf = (additions: readonly Addition[]): MadeOrder[] =>
  additions.map(({ itemid, day, quantity }) => ({ orderId: '', time: new Date(day), items: [{ itemid, quantity }] }));

/** More rows than any of these reports has. */
const ENOUGH = 1_000;

/** The rows of all pages, of so many rows each. */
export async function allPages(query: AnyQuery, database: Database, detail: object, limit: number): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (let nextToken: string | undefined; ;) {
    const reply = await query.answer(database, { ...detail, limit, ...(nextToken !== undefined && { nextToken }) });
    if (reply.queryStatus !== 200) throw new Error(JSON.stringify(reply));
    if (reply.queryResult.length > limit) throw new Error(`${reply.queryResult.length} rows on a page of ${limit}`);
    rows.push(...reply.queryResult);
    if (rows.length > ENOUGH) throw new Error('The pages do not end');
    nextToken = reply.nextToken;
    if (nextToken === undefined) return rows;
  }
}
