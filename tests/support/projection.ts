/** The projection on a database of the test's own, and a table in memory. */
import { startCareful, type Ahead } from '../../functions/project-orders/ahead';
import { projectRecords, type Dependencies, type Summary } from '../../functions/project-orders/project-records';
import type { Database } from '../../functions/shared/database';
import type { OrdersTable } from '../../functions/project-orders/orders-table';
import { below } from './random';

/** Dependencies whose waits are short. */
export const dependencies = (database: Database, ordersTable: OrdersTable): Dependencies => ({
  database,
  ordersTable,
  random: Math.random,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 4)),
});

/** A function instance that has seen so many new deliveries that it goes ahead and sets sales aside. */
export const sureInstance = (setsAside = startCareful().setsAside): Ahead => ({
  newInARow: 100,
  untilBooking: 20,
  hasSetAside: false,
  setsAside,
});

/** A function instance of whatever past, which sets some sums aside. */
export const anyInstance = (random: () => number): Ahead => ({
  newInARow: below(10, random),
  untilBooking: below(21, random),
  hasSetAside: random() < 0.5,
  setsAside: () => random() < 0.7,
});

/** Projects batches one after the other, as one shard of the stream delivers them. */
export async function deliver(deps: Dependencies, ...batches: readonly (readonly unknown[])[]): Promise<Summary[]> {
  const summaries: Summary[] = [];
  for (const batch of batches) summaries.push(await projectRecords(batch, deps));
  return summaries;
}
