/** Deletions by keys of several columns go in pieces that MySQL still looks up one by one. */
import { expect, test } from '@jest/globals';
import { deleteHeldOrders, deleteItems, deleteTags } from '../../../functions/project-orders/statements';
import type { SqlValue, TransactionSql } from '../../../functions/shared/database';

type Delete = (sql: TransactionSql, ids: readonly string[]) => Promise<void>;

const day = '2026-11-25 00:00:00';

/** Each with the key that it makes of an id. */
const deletions: readonly (readonly [name: string, remove: Delete, keyOf: (id: string) => SqlValue])[] = [
  ['items', (sql, ids) => deleteItems(sql, ids.map((orderid) => ({ orderid, itemid: 'i', quantity: 1 }))), (id) => [id, 'i']],
  ['held orders', (sql, ids) => deleteHeldOrders(sql, ids.map((orderid) => ({ itemid: 'i', customerid: 'c', orderdate: day, orderid }))), (id) => ['i', 'c', day, id]],
  ['tags', (sql, ids) => deleteTags(sql, ids.map((itemid) => ({ itemid, tag: 't' }))), (id) => [id, 't']],
]; // prettier-ignore

/** The keys of each statement that a deletion queues. */
async function queuedBy(remove: Delete, ids: readonly string[]): Promise<readonly SqlValue[][]> {
  const queued: SqlValue[][] = [];
  const refuse = (): never => {
    throw new Error('Deletions are only queued.');
  };
  const queue: TransactionSql['queue'] = (_statement, [keys] = []) => {
    queued.push(keys as SqlValue[]);
    return Promise.resolve();
  };
  await remove({ select: refuse, selectBoth: refuse, run: refuse, queue }, ids);
  return queued;
}

test.each(deletions)('%s are deleted in pieces of 500, each once', async (_name, remove, keyOf) => {
  const ids = Array.from({ length: 1_001 }, (_, n) => String(n));
  const queued = await queuedBy(remove, ids);
  expect(queued.map(({ length }) => length)).toEqual([500, 500, 1]);
  expect(queued.flat()).toEqual(ids.map(keyOf));
});

test.each(deletions)('nothing is asked where no %s are to be deleted', async (_name, remove) => {
  expect(await queuedBy(remove, [])).toEqual([]);
});
