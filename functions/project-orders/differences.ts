/**
 * Orders before and after → the rows to write. Pure. Lists are sorted by key, so that writers don't deadlock, but for what belongs to new
 * orders alone, which comes in the order of those.
 */
import { monthOf } from '../shared/month';
import type { OrderState } from './order-state';
import { compareBytes, type Step } from './state';

/** A row of `order_items`. */
export interface ItemRow {
  readonly orderid: string;
  readonly itemid: string;
  readonly quantity: number;
}

/** A row of `held_orders`: who holds an item by an active order. */
export interface HeldRow {
  readonly itemid: string;
  readonly customerid: string;
  /** `YYYY-MM-DD HH:MM:SS` */
  readonly orderdate: string;
  readonly orderid: string;
}

/** What is to be added to the sales of an item, on a day or over all; negative where orders changed or went. */
export interface SalesDifference {
  readonly itemid: string;
  readonly ordered: number;
  readonly orders: number;
}

/** What is to be added to the sales of an item on a day, `YYYY-MM-DD`. */
export interface DailySalesDifference extends SalesDifference {
  readonly orderday: string;
}

/** What is to be added to the sales of an item in a month, such as 202210. */
export interface MonthlySalesDifference extends SalesDifference {
  readonly month: number;
}

/** What is to be added to all sums: the same sales by each of their keys, whose order they have. */
export interface AllSales {
  readonly sales: readonly SalesDifference[];
  readonly dailySales: readonly DailySalesDifference[];
  readonly monthlySales: readonly MonthlySalesDifference[];
}

/** All rows that the orders of a batch write, but for their own. */
export interface Differences {
  readonly newItems: readonly ItemRow[];
  readonly changedItems: readonly ItemRow[];
  /** Items that left an order. */
  readonly goneItems: readonly ItemRow[];
  /** Of new orders, which cannot hold anything yet. */
  readonly newHeld: readonly HeldRow[];
  /** Of changed orders. */
  readonly moreHeld: readonly HeldRow[];
  readonly goneHeld: readonly HeldRow[];
  /** Without what comes to nothing; all other sums follow from it: {@link allSales}. */
  readonly dailySales: readonly DailySalesDifference[];
}

const itemRows = ({ id: orderid, items }: OrderState): ItemRow[] =>
  items.map(({ itemid, quantity }) => ({ orderid, itemid, quantity }));

/** Rows of `state` whose item `other` doesn't have, or not in that quantity. */
const rowsNotIn = (state: OrderState, other: OrderState, byQuantity: boolean): ItemRow[] => {
  const quantities = new Map(other.items.map((item) => [item.itemid, item.quantity]));
  return itemRows(state).filter(({ itemid, quantity }) =>
    byQuantity ? quantities.get(itemid) !== quantity : !quantities.has(itemid),
  );
};

/** Rows of `state` in `held_orders`. */
function heldRows(state: OrderState): HeldRow[] {
  if (state.status !== 'active' || state.customerid === null || state.orderdate === null) return [];
  const { id: orderid, customerid, orderdate } = state;
  return state.items.map(({ itemid }) => ({ itemid, customerid, orderdate, orderid }));
}

/** What `state` holds and `other`, of the same order, does not. */
function heldNotIn(state: OrderState, other: OrderState): HeldRow[] {
  if (state.customerid !== other.customerid || state.orderdate !== other.orderdate) return heldRows(state);
  const items = new Set(heldRows(other).map(({ itemid }) => itemid));
  return heldRows(state).filter(({ itemid }) => !items.has(itemid));
}

const byHeldKey = (a: HeldRow, b: HeldRow): number =>
  compareBytes(a.itemid, b.itemid) ||
  compareBytes(a.customerid, b.customerid) ||
  compareBytes(a.orderdate, b.orderdate) ||
  compareBytes(a.orderid, b.orderid);

/** Sums by day, of one item. */
type Days = Map<string, { ordered: number; orders: number }>;

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** Adds up sales by item and day. */
export class DailySales {
  readonly #byItem = new Map<string, Days>();

  /** What an order contributes: each item of an active one, on its day. */
  book(state: OrderState | undefined, sign: 1 | -1): void {
    if (state?.status !== 'active' || state.orderdate === null) return;
    const orderday = state.orderdate.slice(0, 10);
    for (const { itemid, quantity } of state.items) this.add(itemid, orderday, sign * quantity, sign);
  }

  /** @param orderday `YYYY-MM-DD` */
  add(itemid: string, orderday: string, ordered: number, orders: number): void {
    const sum = this.#sumOf(itemid, orderday);
    sum.ordered += ordered;
    sum.orders += orders;
  }

  #sumOf(itemid: string, orderday: string): { ordered: number; orders: number } {
    let days = this.#byItem.get(itemid);
    if (days === undefined) this.#byItem.set(itemid, (days = new Map<string, { ordered: number; orders: number }>()));
    let sum = days.get(orderday);
    if (sum === undefined) days.set(orderday, (sum = { ordered: 0, orders: 0 }));
    return sum;
  }

  /** Sorted by item and day; without what came to nothing. */
  differences(): DailySalesDifference[] {
    return [...this.#byItem]
      .flatMap(([itemid, days]) =>
        [...days].map(([orderday, { ordered, orders }]) => ({ itemid, orderday, ordered, orders })),
      )
      .filter(isDifference)
      .sort((a, b) => compareBytes(a.itemid, b.itemid) || compareBytes(a.orderday, b.orderday));
  }
}

const isDifference = ({ ordered, orders }: SalesDifference): boolean => ordered !== 0 || orders !== 0;

/** @param dailySales sorted by item and day: those of an item, and of a month, are next to each other. */
export function allSales(dailySales: readonly DailySalesDifference[]): AllSales {
  const sales: Writable<SalesDifference>[] = [];
  const monthlySales: Writable<MonthlySalesDifference>[] = [];
  for (const { itemid, orderday, ordered, orders } of dailySales) {
    const month = monthOf(orderday);
    let ofItem = sales.at(-1);
    let ofMonth = monthlySales.at(-1);
    if (ofItem?.itemid !== itemid) sales.push((ofItem = { itemid, ordered: 0, orders: 0 }));
    if (ofMonth?.itemid !== itemid || ofMonth.month !== month)
      monthlySales.push((ofMonth = { itemid, month, ordered: 0, orders: 0 }));
    for (const sum of [ofItem, ofMonth]) {
      sum.ordered += ordered;
      sum.orders += orders;
    }
  }
  return { sales: sales.filter(isDifference), dailySales, monthlySales: monthlySales.filter(isDifference) };
}

/** @param steps at most one for each order, sorted by orderid. */
export function differencesOf(steps: readonly Step<OrderState>[]): Differences {
  const created = steps.filter(({ before }) => before === undefined).map(({ after }) => after);
  const changed = steps.flatMap(({ before, after }) => (before === undefined ? [] : [{ before, after }]));
  const daily = new DailySales();
  for (const { before, after } of steps) {
    daily.book(before, -1);
    daily.book(after, 1);
  }
  return {
    newItems: created.flatMap(itemRows),
    changedItems: changed.flatMap(({ before, after }) => rowsNotIn(after, before, true)),
    goneItems: changed.flatMap(({ before, after }) => rowsNotIn(before, after, false)),
    newHeld: created.flatMap(heldRows).sort(byHeldKey),
    moreHeld: changed.flatMap(({ before, after }) => heldNotIn(after, before)).sort(byHeldKey),
    goneHeld: changed.flatMap(({ before, after }) => heldNotIn(before, after)).sort(byHeldKey),
    dailySales: daily.differences(),
  };
}
