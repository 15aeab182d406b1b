/** Orders as rows of the read model's tables. */
import type { MadeOrder } from '../orders';

/** A value of a column. */
export type Value = string | number;

const dateOf = ({ orderdate }: MadeOrder): string => `${orderdate.slice(0, 10)} ${orderdate.slice(11, 19)}`;

/** A row for each table that holds rows of orders, and not sums. */
export interface RowsOf {
  readonly orders: Value[][];
  readonly order_items: Value[][];
  readonly held_orders: Value[][];
}

/** The tables' columns, in the order of the values. */
export const COLUMNS = {
  orders: 'orderid, customerid, status, version, orderdate, created_by',
  order_items: 'orderid, itemid, quantity',
  held_orders: 'itemid, customerid, orderdate, orderid',
} as const;

export const orderRow = (order: MadeOrder): Value[] => [
  order.orderid,
  order.customerid,
  'active',
  order.version,
  dateOf(order),
  `key-of-${order.orderid}`,
];

export function rowsOf(orders: readonly MadeOrder[]): RowsOf {
  return {
    orders: orders.map(orderRow),
    order_items: orders.flatMap((order) => order.items.map(({ itemid, quantity }) => [order.orderid, itemid, quantity])), // prettier-ignore
    held_orders: orders.flatMap((order) => order.items.map(({ itemid }) => [itemid, order.customerid, dateOf(order), order.orderid])), // prettier-ignore
  };
}
