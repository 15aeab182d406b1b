/** What the steps of a rebuild need of the world. */
import type { OrdersTable } from '../project-orders/orders-table';
import type { Database } from '../shared/database';
import type { Scan } from './scan';

export interface Dependencies {
  /** Names of the databases: the read model's, and the one of its copy. */
  readonly names: Names;
  /** The read model. Statements of the steps name tables of the copy by its database. */
  readonly live: Database;
  /** One more connection to it, which holds the lock of the Data API's migrations. */
  readonly lock: Database;
  /** The copy: the projection's statements run there as they are. */
  readonly copy: Database;
  readonly ordersTable: OrdersTable;
  readonly scan: Scan;
  /** Pages are added up to so many items before they are projected, in one transaction. */
  readonly atOnce: number;
  /** Milliseconds of Unix time. */
  readonly now: () => number;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface Names {
  readonly live: string;
  readonly copy: string;
}
