/** Waits for the read model to catch up with what was ordered. */
import { setTimeout as delay } from 'node:timers/promises';
import { connectDatabase, withPassword, type PasswordConfig } from '../functions/shared/database';
import { Problem } from './problem';

/** An order as a reply tells of it. */
export interface OrderVersion {
  readonly orderid: string;
  readonly version: number;
}

/**
 * Resolves when the read model holds each order in at least that version.
 *
 * @throws Problem naming those that are missing when the time is over.
 */
export async function untilProjected(
  config: PasswordConfig,
  orders: readonly OrderVersion[],
  timeoutMs = 30_000,
): Promise<void> {
  const database = connectDatabase(withPassword(config));
  const deadline = Date.now() + timeoutMs;
  try {
    for (;;) {
      const rows = await database.read((sql) => sql.select<OrderVersion>('SELECT orderid, version FROM orders'));
      const projected = new Map(rows.map((row) => [row.orderid, row.version]));
      const missing = orders.filter(({ orderid, version }) => (projected.get(orderid) ?? 0) < version);
      if (missing.length === 0) return;
      if (Date.now() > deadline) {
        const names = missing.slice(0, 5).map(({ orderid }) => orderid);
        throw new Problem(`The read model has not caught up in ${timeoutMs / 1000} s; missing: ${names.join(', ')}.`);
      }
      await delay(50);
    }
  } finally {
    await database.close();
  }
}
