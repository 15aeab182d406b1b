/** Orders with their items, as queries tell them. */
import type { OrderRow } from '../shared/contract';
import type { Sql } from '../shared/database';

/** A row of `orders`, with the date as the database tells it: `YYYY-MM-DD HH:MM:SS`. */
export type StoredOrder = Omit<OrderRow, 'items'>;

/** Columns of a {@link StoredOrder}. */
export const ORDER_COLUMNS = 'orderid, customerid, status, version, orderdate';

const SELECT_ITEMS = `
  SELECT orderid, itemid, quantity FROM order_items WHERE orderid IN (?) ORDER BY orderid, itemid`;

/** Adds their items to orders. */
export async function withItems(sql: Sql, orders: readonly StoredOrder[]): Promise<OrderRow[]> {
  if (orders.length === 0) return [];
  const items = new Map(orders.map(({ orderid }) => [orderid, [] as { itemid: string; quantity: number }[]]));
  const rows = await sql.select<{ orderid: string; itemid: string; quantity: number }>(SELECT_ITEMS, [
    [...items.keys()],
  ]);
  for (const { orderid, itemid, quantity } of rows) items.get(orderid)?.push({ itemid, quantity });
  return orders.map((order) => ({
    ...order,
    orderdate: `${order.orderdate.replace(' ', 'T')}Z`,
    items: items.get(order.orderid) ?? [],
  }));
}
