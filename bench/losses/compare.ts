/** What is in the tables against what should be: each order counted once, by the worst that is wrong with it. Pure. */
import type { MadeOrder } from '../orders';

/** An order as the tables hold it. */
export interface FoundOrder {
  readonly status: string | null;
  /** As many entries as there are rows. */
  readonly items: readonly { readonly itemid: string; readonly quantity: number }[];
}

export interface Found {
  readonly orders: ReadonlyMap<string, FoundOrder>;
  /** What the report says of each item: how much was ordered. */
  readonly report: ReadonlyMap<string, number>;
}

/** What can be wrong with an order that should be there. */
export const FAULTS = ['lost', 'withoutItems', 'halfOfItems', 'doubledItems', 'cancellationMissed', 'changeMissed', 'wrongQuantity'] as const; // prettier-ignore

export type Fault = (typeof FAULTS)[number];

export interface Difference extends Readonly<Record<Fault, number>> {
  /** Orders that are there, and of which nothing should be. */
  readonly surplus: number;
  /** Items of which the report tells another sum. */
  readonly reportRows: number;
}

/** How an order differs from what it should be; undefined where it does not. */
export function faultOf(order: MadeOrder, found: FoundOrder | undefined): Fault | undefined {
  if (found === undefined) return 'lost';
  if (found.items.length === 0) return 'withoutItems';
  const quantities = new Map(found.items.map(({ itemid, quantity }) => [itemid, quantity]));
  if (order.items.some(({ itemid }) => !quantities.has(itemid))) return 'halfOfItems';
  if (found.items.length > order.items.length) return 'doubledItems';
  if (order.status === 'cancelled' && found.status !== 'cancelled') return 'cancellationMissed';
  if (order.items.every(({ itemid, quantity }) => quantities.get(itemid) === quantity)) return undefined;
  return order.version > 1 ? 'changeMissed' : 'wrongQuantity';
}

/** What the report should say: active orders alone are sold. */
function soldBy(orders: readonly MadeOrder[]): Map<string, number> {
  const sold = new Map<string, number>();
  for (const { status, items } of orders)
    if (status !== 'cancelled') for (const { itemid, quantity } of items) sold.set(itemid, (sold.get(itemid) ?? 0) + quantity); // prettier-ignore
  return sold;
}

export function compare(orders: readonly MadeOrder[], found: Found): Difference {
  const counts = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>;
  for (const order of orders) {
    const fault = faultOf(order, found.orders.get(order.orderid));
    if (fault !== undefined) counts[fault] += 1;
  }
  const ids = new Set(orders.map(({ orderid }) => orderid));
  const sold = soldBy(orders);
  const items = new Set([...sold.keys(), ...found.report.keys()]);
  return {
    ...counts,
    surplus: [...found.orders.keys()].filter((id) => !ids.has(id)).length,
    reportRows: [...items].filter((item) => (sold.get(item) ?? 0) !== (found.report.get(item) ?? 0)).length,
  };
}
