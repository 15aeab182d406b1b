/** `ordersByCustomer`: the orders of a customer, newest first. */
import * as v from 'valibot';
import { idSchema, type OrderRow } from '../shared/contract';
import type { Query } from '../shared/query';
import { ORDER_COLUMNS, withItems, type StoredOrder } from './order-rows';

/** Read backwards from the index by_customer. `orderdate <= ?` is what the index can use; a comparison of pairs is not. */
const SELECT = `
  SELECT ${ORDER_COLUMNS} FROM orders
  WHERE customerid = ? AND status <> 'deleted' AND orderdate <= ? AND (orderdate < ? OR orderid < ?)
  ORDER BY orderdate DESC, orderid DESC
  LIMIT ?`;

/** Newer than every order. */
const START = ['9999-12-31 23:59:59', '~'] as const;

/** The date and the id of an order. */
const dateAndId = v.pipe(
  v.string(),
  v.regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} [A-Za-z0-9._:-]{1,64}$/),
);

const fields = { customerId: idSchema };

export const ordersByCustomer: Query<typeof fields, OrderRow> = {
  name: 'ordersByCustomer',
  fields,
  position: dateAndId,
  async rows(sql, { customerId }, limit, position) {
    const [date, orderid] = position === undefined ? START : [position.slice(0, 19), position.slice(20)];
    const rows = await sql.select<StoredOrder>(SELECT, [customerId, date, date, orderid, limit]);
    const orders = await withItems(sql, rows);
    return orders.map((row, n) => ({ row, position: `${rows[n]?.orderdate ?? ''} ${row.orderid}` }));
  },
};
