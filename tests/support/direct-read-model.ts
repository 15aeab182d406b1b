/** The read model as the tool sees it, by the functions' own code on a real database: what an invocation carries goes through JSON. */
import type { ReadModel } from '../../cli/pipeline';
import { operate, parseRequest } from '../../functions/operate-read-model/operate';
import {
  reconcile,
  type Checked,
  type Compared,
  type ReconcileRequest,
} from '../../functions/project-orders/reconcile';
import { redrive } from '../../functions/project-orders/redrive';
import type { OrdersTable } from '../../functions/project-orders/orders-table';
import type { Database } from '../../functions/shared/database';
import { dependencies } from './projection';

const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

/** @param table what the projector reads. */
export function directReadModel(database: Database, table: OrdersTable): ReadModel {
  const deps = dependencies(database, table);
  const ask = async (request: unknown): Promise<unknown> =>
    throughJson(await reconcile(throughJson(request) as ReconcileRequest, deps));
  return {
    ask: async (request) => throughJson(await operate(database, parseRequest(throughJson(request)))) as never,
    redrive: (pks) => redrive(pks, deps),
    compare: async (keys, onlyMissing) => ((await ask({ compare: keys, onlyMissing })) as Compared).differences,
    check: async (check, after) => (await ask({ check, after })) as Checked,
    mend: async (places) => {
      await ask({ mend: places });
    },
  };
}
