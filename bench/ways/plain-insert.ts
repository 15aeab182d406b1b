/** Plain multi-row INSERT: a statement for each table, without looking what is there, without sums. The mark to measure by. */
import type { MadeOrder } from '../orders';
import { openConnection } from './connection';
import { COLUMNS, rowsOf, type Value } from './rows';
import type { Way } from './way';

/** The statements for these orders, each with its rows. */
export function insertStatements(orders: readonly MadeOrder[]): [statement: string, rows: Value[][]][] {
  const rows = rowsOf(orders);
  return (['orders', 'order_items', 'held_orders'] as const).map((table) => [
    `INSERT INTO ${table} (${COLUMNS[table]}) VALUES ?`,
    rows[table],
  ]);
}

export const plainInsert: Way = {
  async open(config) {
    const connection = await openConnection(config);
    return {
      async write({ orders }) {
        await connection.beginTransaction();
        for (const [statement, rows] of insertStatements(orders)) await connection.query(statement, [rows]);
        await connection.commit();
      },
      close: () => connection.end(),
    };
  },
};
