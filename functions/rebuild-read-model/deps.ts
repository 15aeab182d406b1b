/** What the steps of a rebuild need of the world. */
import type { OrdersTable } from '../project-orders/orders-table';
import { WorkEnded } from '../project-orders/project-records';
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

/** The run is not the one that is under way: it was cancelled, or a migration ended it. The state machine is told so by an answer. */
export class RebuildCancelled extends WorkEnded {
  override readonly name = 'RebuildCancelled';
  constructor(run: string) {
    super(`The rebuild ${run} was cancelled, by a person or by a migration`);
  }
}
