/** LOAD DATA: the fastest way in that there is, and one that can neither compare nor sum. */
import { Readable } from 'node:stream';
import { openConnection } from './connection';
import { COLUMNS, rowsOf, type Value } from './rows';
import type { Way } from './way';

/** Nothing in these rows would have to be escaped. */
const lines = (rows: readonly Value[][]): Readable =>
  Readable.from([Buffer.from(rows.map((row) => row.join('\t')).join('\n'))]);

export const loadData: Way = {
  async open(config) {
    const connection = await openConnection(config);
    return {
      async write({ orders }) {
        const rows = rowsOf(orders);
        await connection.beginTransaction();
        for (const table of ['orders', 'order_items', 'held_orders'] as const) {
          await connection.query({
            sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${table} CHARACTER SET utf8mb4 (${COLUMNS[table]})`,
            infileStreamFactory: () => lines(rows[table]),
          });
        }
        await connection.commit();
      },
      close: () => connection.end(),
    };
  },
};
