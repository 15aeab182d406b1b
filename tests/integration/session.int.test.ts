/** What every session of the functions relies on, whichever server it is. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import type { Database } from '../../functions/shared/database';
import { createTestDatabase, type TestDatabase } from '../support/database';

let own: TestDatabase;
let database: Database;

beforeAll(async () => {
  own = await createTestDatabase();
  database = own.connect();
});
afterAll(() => own.drop());

/** The variable `name` of the session; MariaDB before 11.1 has another name for the isolation level. */
const variable = async (pattern: string): Promise<string | undefined> => {
  const rows = await database.read((sql) =>
    sql.select<{ Value: string }>(`SHOW SESSION VARIABLES WHERE Variable_name IN (${pattern})`),
  );
  return rows[0]?.Value;
};

test('transactions see what is committed, and lock no gaps', async () => {
  expect(await variable(`'transaction_isolation', 'tx_isolation'`)).toBe('READ-COMMITTED');
});

test('a value that does not fit is refused, not cut', async () => {
  expect(await variable(`'sql_mode'`)).toContain('STRICT_ALL_TABLES');
  await expect(
    database.read((sql) => sql.run(`INSERT INTO order_items VALUES ('o', 'i', 4294967296)`)),
  ).rejects.toMatchObject({ errno: 1264 });
});

test('times are UTC', async () => {
  expect(await variable(`'time_zone'`)).toBe('+00:00');
});

test('an error tells nothing of the values, which a log would show', async () => {
  const refused = database.read((sql) =>
    sql.run('INSERT INTO customers (customerid, name, email, status, version) VALUES ?', [
      [['c-1', 'Ada Lovelace', 'ada@example.org', 'active', -1]],
    ]),
  );
  const error: unknown = await refused.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ errno: 1264 });
  expect(inspect(error, { depth: null, showHidden: true })).not.toMatch(/Lovelace|ada@/);
});
