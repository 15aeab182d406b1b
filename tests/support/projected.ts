/** What a file of integration tests projects from and into: an orders table in memory, a read model on the server they share. */
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { Dependencies } from '../../functions/project-orders/project-records';
import type { Database } from '../../functions/shared/database';
import { emptyTables, planTestDatabase, type TestDatabase } from './database';
import { expectExact } from './oracle';
import { dependencies } from './projection';
import { MemoryOrdersTable } from './stream';

export interface Projected {
  readonly own: TestDatabase;
  readonly database: Database;
  readonly table: MemoryOrdersTable;
  /** Of a projection from this table into this database. */
  readonly deps: Dependencies;
  /** Demands that the read model is just what the table makes of it. */
  readonly exact: () => Promise<void>;
}

/** Called by a test file at its top. Before each test, the table and the read model are empty. */
export function useProjected(): Projected {
  const own = planTestDatabase();
  const database = own.connect();
  const table = new MemoryOrdersTable();
  beforeAll(() => own.create());
  afterAll(() => own.drop());
  beforeEach(async () => {
    await emptyTables(database);
    table.empty();
  });
  return {
    own,
    database,
    table,
    deps: dependencies(database, table),
    exact: () => expectExact(database, table.orders(), { customers: table.customers(), items: table.items() }),
  };
}
