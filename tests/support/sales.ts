/** Made-up orders, and what the reports must say of them, computed without the pipeline. */
import type { ItemSales, MonthlySales } from '../../functions/shared/contract';
import type { SentEvent } from './send';

/** An order as it is sent. */
export interface MadeOrder {
  readonly orderId: string;
  readonly time: Date;
  readonly items: readonly { readonly itemid: string; readonly quantity: number }[];
}

/** Two items each out of seven, days spread over some two years. */
export function makeOrders(prefix: string, count: number): MadeOrder[] {
  return Array.from({ length: count }, (_, n) => ({
    orderId: `${prefix}-${n}`,
    time: new Date(Date.UTC(2021, 10, 3, n % 24) + ((n * 37) % 700) * 86_400_000),
    items: [
      { itemid: `${prefix}-item-${n % 7}`, quantity: (n % 9) + 1 },
      { itemid: `${prefix}-item-${(n + 1 + (n % 5)) % 7}`, quantity: ((n * 13) % 40) + 1 },
    ],
  }));
}

/** The command that creates it, with a key of its own. */
export const createCommand = ({ orderId, time, items }: MadeOrder): SentEvent => ({
  kind: 'orderCommand',
  time,
  detail: { command: 'createOrder', commandId: `c-${orderId}`, orderId, items },
});

/** What `itemsSalesReport` must say of these orders' items. */
export function expectedItemSales(orders: readonly MadeOrder[]): ItemSales[] {
  const sales = new Map<string, { totalordered: number; lastorderdate: string }>();
  for (const { time, items } of orders) {
    const day = time.toISOString().slice(0, 10);
    for (const { itemid, quantity } of items) {
      const { totalordered, lastorderdate } = sales.get(itemid) ?? { totalordered: 0, lastorderdate: day };
      sales.set(itemid, {
        totalordered: totalordered + quantity,
        lastorderdate: day > lastorderdate ? day : lastorderdate,
      });
    }
  }
  return [...sales].sort(([a], [b]) => (a < b ? -1 : 1)).map(([itemid, sale]) => ({ itemid, ...sale }));
}

const MONTH = new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** What `monthlySalesByItem` must say of one item. */
export function expectedMonthlySales(orders: readonly MadeOrder[], itemid: string): MonthlySales[] {
  const months = new Map<string, number>();
  for (const { time, items } of orders) {
    const ordered = items.filter((item) => item.itemid === itemid).reduce((sum, { quantity }) => sum + quantity, 0);
    const month = time.toISOString().slice(0, 7);
    if (ordered > 0) months.set(month, (months.get(month) ?? 0) + ordered);
  }
  return [...months]
    .sort(([a], [b]) => (a > b ? -1 : 1))
    .map(([month, monthlyordered]) => ({ monthyear: MONTH.format(new Date(`${month}-01T00:00:00Z`)), monthlyordered }));
}
