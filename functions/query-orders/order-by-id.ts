/** `orderById`: one order; 404 where there is none. */
import { idSchema, type OrderRow } from '../shared/contract';
import type { Query } from '../shared/query';
import { ORDER_COLUMNS, withItems, type StoredOrder } from './order-rows';

const SELECT = `SELECT ${ORDER_COLUMNS} FROM orders WHERE orderid = ? AND status <> 'deleted'`;

const fields = { orderId: idSchema };

export const orderById: Query<typeof fields, OrderRow> = {
  name: 'orderById',
  fields,
  position: idSchema,
  statusOfNone: 404,
  async rows(sql, { orderId }) {
    const orders = await withItems(sql, await sql.select<StoredOrder>(SELECT, [orderId]));
    return orders.map((row) => ({ row, position: row.orderid }));
  },
};
