/**
 * The core seed's way, written anew: a warm pool, the records of an invocation and the items of an order in parallel, one call of a
 * stored procedure for each order and each item. No guard, no transaction, no summaries.
 */
import { createPool } from 'mysql2/promise';
import type { MadeOrder } from '../orders';
import { connectionOptions } from './connection';
import { orderRow } from './rows';
import type { Way } from './way';

/** As mysql2's pool has it unless told otherwise. */
const CONNECTIONS = 10;

/** What its deployment creates beside the tables. */
export const SEED_PROCEDURES = [
  `CREATE PROCEDURE seed_insert_order(IN id VARCHAR(64), IN customer VARCHAR(64), IN state VARCHAR(16), IN version INT, IN placed DATETIME, IN creator VARCHAR(64))
   INSERT INTO orders (orderid, customerid, status, version, orderdate, created_by) VALUES (id, customer, state, version, placed, creator)`,
  `CREATE PROCEDURE seed_insert_item(IN id VARCHAR(64), IN item VARCHAR(64), IN quantity INT)
   INSERT INTO order_items (orderid, itemid, quantity) VALUES (id, item, quantity)`,
];

export const seedWay: Way = {
  async open(config) {
    const pool = createPool({ ...connectionOptions(config), connectionLimit: CONNECTIONS });
    await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.query('DO SLEEP(0.02)'))); // opens all of them
    const write = async (order: MadeOrder): Promise<void> => {
      await Promise.all([
        pool.query('CALL seed_insert_order(?, ?, ?, ?, ?, ?)', orderRow(order)),
        ...order.items.map(({ itemid, quantity }) =>
          pool.query('CALL seed_insert_item(?, ?, ?)', [order.orderid, itemid, quantity]),
        ),
      ]);
    };
    return {
      async write({ orders }) {
        await Promise.all(orders.map(write));
      },
      close: () => pool.end(),
    };
  },
};
