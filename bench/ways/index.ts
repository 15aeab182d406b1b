/** The ways that are compared, by name. */
import { loadData } from './load-data';
import { plainInsert } from './plain-insert';
import { projector } from './projector';
import { seedWay } from './seed-way';
import { transactionPerOrder } from './transaction-per-order';
import type { Way } from './way';

export const WAYS = {
  projector,
  seed: seedWay,
  'transaction an order': transactionPerOrder,
  'plain INSERT': plainInsert,
  'LOAD DATA': loadData,
} satisfies Record<string, Way>;

export type WayName = keyof typeof WAYS;
