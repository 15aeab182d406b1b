/** The operations of the command-line tool on a real database. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { operate, parseRequest, type Answer } from '../../../functions/operate-read-model/operate';
import { insertQuarantined } from '../../../functions/project-orders/statements';
import { projectRecords } from '../../../functions/project-orders/project-records';
import type { Database } from '../../../functions/shared/database';
import { createTestDatabase, emptyTables, type TestDatabase } from '../../support/database';
import { dependencies } from '../../support/projection';
import { customer, item, MemoryOrdersTable, order } from '../../support/stream';

let own: TestDatabase;
let database: Database;
beforeAll(async () => {
  own = await createTestDatabase();
  database = own.connect();
});
beforeEach(() => emptyTables(database));
afterAll(() => own.drop());

const ask = (payload: unknown): Promise<Answer> => operate(database, parseRequest(payload));

/** Keeps as many records; resolves to their ids. */
async function quarantine(count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let n = 1; n <= count; n += 1) {
    const row = { eventId: `e${n}`, pk: `order#${n} ü`, sequenceNumber: null, error: 'bad', record: `{"n":${n}}` };
    await database.transaction((sql) => insertQuarantined(sql, row));
  }
  const { records } = (await ask({ operation: 'quarantine.list', limit: 500 })) as { records: { id: number }[] };
  ids.push(...records.map(({ id }) => id));
  return ids;
}

describe('status', () => {
  test('of an empty read model is all zeros', async () => {
    expect(await ask({ operation: 'status' })).toEqual({ active: 0, cancelled: 0, changes: 0, quarantined: 0 });
  });

  test('counts orders by status, their changes, and not the tombstones', async () => {
    const table = new MemoryOrdersTable();
    const records = [
      table.put(order('a')),
      table.put(order('b', { version: 4 })),
      table.put(order('c', { version: 2, status: 'cancelled' })),
      table.put(order('d')),
      table.remove('d'),
    ];
    for (const record of records) await projectRecords([record], dependencies(database, table));
    await quarantine(1);
    expect(await ask({ operation: 'status' })).toEqual({ active: 2, cancelled: 1, changes: 7, quarantined: 1 });
  });
});

describe('keys', () => {
  test('are told page by page, each once, without what was deleted', async () => {
    const table = new MemoryOrdersTable();
    const records = [
      ...['c', 'a', 'b', 'gone'].map((id) => table.put(order(id))),
      ...['c2', 'c1', 'gone'].map((id) => table.putCustomer(customer(id))),
      ...['z2', 'z1', 'gone'].map((id) => table.putItem(item(id))),
    ];
    await projectRecords(records, dependencies(database, table));
    await projectRecords(
      [table.remove('gone'), table.removeCustomer('gone'), table.removeItem('gone')],
      dependencies(database, table),
    );
    const all = ['customer#c1', 'customer#c2', 'item#z1', 'item#z2', 'order#a', 'order#b', 'order#c'];
    expect(await ask({ operation: 'keys.list' })).toEqual({ keys: all });
    for (const limit of [1, 2, 3, 7]) {
      const found: string[] = [];
      for (let after: string | undefined = ''; after !== undefined;) {
        const page = (await ask({ operation: 'keys.list', after, limit })) as { keys: string[]; next?: string };
        expect(page.keys.length).toBeLessThanOrEqual(limit);
        found.push(...page.keys);
        after = page.next;
      }
      expect(found).toEqual(all);
    }
  });
});

describe('the quarantine', () => {
  test('is listed page by page, oldest first', async () => {
    const ids = await quarantine(5);
    const first = await ask({ operation: 'quarantine.list', limit: 2 });
    expect(first).toMatchObject({
      records: [{ id: ids[0], pk: 'order#1 ü', error: 'bad' }, { id: ids[1] }],
      next: ids[1],
    });
    expect(await ask({ operation: 'quarantine.list', limit: 3, after: ids[1] })).toEqual({
      records: ids.slice(2).map((id) => expect.objectContaining({ id })),
    });
  });

  test('shows one whole, or none', async () => {
    const [id = 0] = await quarantine(1);
    const record = { id, pk: 'order#1 ü', error: 'bad', record: '{"n":1}', quarantinedAt: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) }; // prettier-ignore
    expect(await ask({ operation: 'quarantine.get', id })).toEqual({ record });
    expect(await ask({ operation: 'quarantine.get', id: id + 1 })).toEqual({});
  });

  test('gives up what is discarded, and nothing else', async () => {
    const [first = 0, second = 0] = await quarantine(2);
    expect(await ask({ operation: 'quarantine.discard', ids: [first, second + 1] })).toEqual({ discarded: 1 });
    expect(await ask({ operation: 'quarantine.list' })).toMatchObject({ records: [{ id: second }] });
  });
});

test.each([
  [undefined],
  [{ operation: 'drop' }],
  [{ operation: 'status', more: 1 }],
  [{ operation: 'quarantine.list', limit: 501 }],
  [{ operation: 'quarantine.get', id: '1' }],
  [{ operation: 'quarantine.discard', ids: [] }],
  [{ operation: 'quarantine.discard', ids: [1.5] }],
])('%j is no request', (payload) => {
  expect(() => parseRequest(payload)).toThrow(/^Not a request of this function: /);
});
