/** A transaction for each order: the same rows as plain-insert.ts, and every order whole or not at all. */
import type { MadeOrder } from '../orders';
import { openConnection } from './connection';
import { insertStatements } from './plain-insert';
import type { Way } from './way';

export const transactionPerOrder: Way = {
  async open(config) {
    const connection = await openConnection(config);
    const write = async (order: MadeOrder): Promise<void> => {
      await connection.beginTransaction();
      for (const [statement, rows] of insertStatements([order])) await connection.query(statement, [rows]);
      await connection.commit();
    };
    return {
      async write({ orders }) {
        for (const order of orders) await write(order);
      },
      close: () => connection.end(),
    };
  },
};
