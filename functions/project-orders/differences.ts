/** Orders before and after → the rows to write. Pure; every list is sorted by key, so that writers don't deadlock. */
import type { OrderState } from './order-image';
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

/** All rows that the orders of a batch write, but for their own. */
export interface Differences {
  readonly newItems: readonly ItemRow[];
  readonly changedItems: readonly ItemRow[];
  /** Items that left an order. */
  readonly goneItems: readonly ItemRow[];
  readonly newHeld: readonly HeldRow[];
  readonly goneHeld: readonly HeldRow[];
  readonly sales: readonly SalesDifference[];
  readonly dailySales: readonly DailySalesDifference[];
}

const itemRows = (state: OrderState): ItemRow[] => state.items.map((item) => ({ orderid: state.id, ...item }));

/** Rows of `state` whose item `other` doesn't have, or not in that quantity. */
const rowsNotIn = (state: OrderState, other: OrderState, byQuantity: boolean): ItemRow[] => {
  const quantities = new Map(other.items.map((item) => [item.itemid, item.quantity]));
  return itemRows(state).filter(({ itemid, quantity }) =>
    byQuantity ? quantities.get(itemid) !== quantity : !quantities.has(itemid),
  );
};

/** Rows of `state` in `held_orders`. */
function heldRows(state: OrderState | undefined): HeldRow[] {
  if (state?.status !== 'active' || state.customerid === null || state.orderdate === null) return [];
  const { id: orderid, customerid, orderdate } = state;
  return state.items.map(({ itemid }) => ({ itemid, customerid, orderdate, orderid }));
}

const heldKey = (row: HeldRow): string => `${row.itemid} ${row.customerid} ${row.orderdate} ${row.orderid}`;

/** What `state` holds and `other` does not. */
const heldNotIn = (state: OrderState | undefined, other: OrderState | undefined): HeldRow[] => {
  const others = new Set(heldRows(other).map(heldKey));
  return heldRows(state).filter((row) => !others.has(heldKey(row)));
};

const byHeldKey = (a: HeldRow, b: HeldRow): number => compareBytes(heldKey(a), heldKey(b));

/** Adds up what orders contribute to the sales: each item of an active order, on the order's day. */
class DailySales {
  readonly #byKey = new Map<string, { itemid: string; orderday: string; ordered: number; orders: number }>();

  book(state: OrderState | undefined, sign: 1 | -1): void {
    if (state?.status !== 'active' || state.orderdate === null) return;
    const orderday = state.orderdate.slice(0, 10);
    for (const { itemid, quantity } of state.items) {
      const key = `${itemid} ${orderday}`;
      const sum = this.#byKey.get(key) ?? { itemid, orderday, ordered: 0, orders: 0 };
      this.#byKey.set(key, { ...sum, ordered: sum.ordered + sign * quantity, orders: sum.orders + sign });
    }
  }

  differences(): DailySalesDifference[] {
    return [...this.#byKey.values()]
      .filter(isDifference)
      .sort((a, b) => compareBytes(a.itemid, b.itemid) || compareBytes(a.orderday, b.orderday));
  }
}

const isDifference = ({ ordered, orders }: SalesDifference): boolean => ordered !== 0 || orders !== 0;

/** Daily differences, sorted by item, as one for each item. */
function overAllDays(daily: readonly DailySalesDifference[]): SalesDifference[] {
  const byItem = new Map<string, SalesDifference>();
  for (const { itemid, ordered, orders } of daily) {
    const sum = byItem.get(itemid);
    byItem.set(itemid, { itemid, ordered: ordered + (sum?.ordered ?? 0), orders: orders + (sum?.orders ?? 0) });
  }
  return [...byItem.values()].filter(isDifference);
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
  const dailySales = daily.differences();
  return {
    newItems: created.flatMap(itemRows),
    changedItems: changed.flatMap(({ before, after }) => rowsNotIn(after, before, true)),
    goneItems: changed.flatMap(({ before, after }) => rowsNotIn(before, after, false)),
    newHeld: steps.flatMap(({ before, after }) => heldNotIn(after, before)).sort(byHeldKey),
    goneHeld: steps.flatMap(({ before, after }) => heldNotIn(before, after)).sort(byHeldKey),
    sales: overAllDays(dailySales),
    dailySales,
  };
}
