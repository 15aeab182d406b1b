/** What every session of the functions relies on, whichever server it is. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import { connectDatabase, withPassword, type Database } from '../../functions/shared/database';
import { administer, createTestDatabase, testServer, type TestDatabase } from '../support/database';

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

test('text is UTF-8, whatever the server would have it be', async () => {
  const server = testServer();
  const plain = { ...own.config, DATABASE_USER: own.config.DATABASE_NAME, DATABASE_PASSWORD: 'only-for-this-test' };
  await administer(server, `CREATE USER ${plain.DATABASE_USER} IDENTIFIED BY '${plain.DATABASE_PASSWORD}'`);
  await administer(server, `GRANT SELECT ON ${own.config.DATABASE_NAME}.* TO ${plain.DATABASE_USER}`);
  await administer(server, "SET GLOBAL init_connect = 'SET NAMES latin2'"); // not for users who may administer the server
  const connected = connectDatabase(withPassword(plain));
  try {
    const [row] = await connected.read((sql) => sql.select("SELECT 'ő' AS text, HEX('ő') AS bytes"));
    expect(row).toEqual({ text: 'ő', bytes: 'C591' });
  } finally {
    await connected.close();
    await administer(server, "SET GLOBAL init_connect = ''");
    await administer(server, `DROP USER ${plain.DATABASE_USER}`);
  }
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

const COUNT = 'INSERT INTO counts (name, total) VALUES ?';
const counts = (): Promise<{ name: string; total: number }[]> =>
  database.read((sql) => sql.select('SELECT name, total FROM counts ORDER BY total'));

describe.each([true, false])('what is queued in a transaction (several statements at once: %s)', (severalAtOnce) => {
  let queueing: Database;
  beforeAll(() => {
    queueing = connectDatabase({ ...withPassword(own.config), severalAtOnce });
  });
  afterAll(() => queueing.close());
  afterEach(() => database.read((sql) => sql.run('DELETE FROM counts')));

  test('is done in its turn: before what is asked next, and before COMMIT', async () => {
    const seen = await queueing.transaction(async (sql) => {
      await sql.queue(COUNT, [[['one', 1]]]);
      await sql.queue('UPDATE counts SET total = total + 1');
      const rows = await sql.select<{ total: number }>('SELECT total FROM counts');
      await sql.queue(COUNT, [[['last', 3]]]);
      return rows;
    });
    expect(seen).toEqual([{ total: 2 }]);
    expect(await counts()).toEqual([{ name: 'one', total: 2 }, { name: 'last', total: 3 }]); // prettier-ignore
  });

  test('is taken back whole where one of it fails, and the connection is good for more', async () => {
    const failing = queueing.transaction(async (sql) => {
      await sql.queue(COUNT, [[['one', 1]]]);
      await sql.queue(COUNT, [[['one', 2]]]);
      await sql.queue(COUNT, [[['three', 3]]]);
    });
    await expect(failing).rejects.toMatchObject({ errno: 1062 });
    expect(await counts()).toEqual([]);
    await queueing.transaction((sql) => sql.queue(COUNT, [[['four', 4]]]));
    expect(await counts()).toEqual([{ name: 'four', total: 4 }]);
  });

  test.each([
    `'; DELETE FROM counts; -- `,
    `\\'; DELETE FROM counts; -- `,
    `x", ?); DELETE FROM counts; #`,
    `\u00bf'`,
    `?`,
  ])('a value is a value, whatever it holds: %s', async (error) => {
    const row = ['e', 'order#1', error, '{}'];
    const INSERT = 'INSERT INTO quarantined_changes (event_id, pk, error, record) VALUES (?, ?, ?, ?)';
    await queueing.transaction(async (sql) => {
      await sql.queue(COUNT, [[['one', 1]]]);
      await sql.queue(INSERT, row);
      await sql.queue(COUNT, [[['two', 2]]]);
    });
    expect(await counts()).toHaveLength(2);
    const kept = await database.read((sql) => sql.select('SELECT error FROM quarantined_changes'));
    expect(kept).toEqual([{ error }]);
    await database.read((sql) => sql.run('DELETE FROM quarantined_changes'));
  });

  test('may be more than fits into one packet', async () => {
    const many = (prefix: string) => Array.from({ length: 15_000 }, (_, n) => [`${prefix}${n}`, n]);
    await queueing.transaction(async (sql) => {
      for (const prefix of ['a', 'b', 'c']) await sql.queue(COUNT, [many(prefix)]);
    });
    expect(await counts()).toHaveLength(45_000);
  });
});

test('elsewhere, two statements in one text are refused', async () => {
  const single = connectDatabase(withPassword(own.config));
  await expect(single.read((sql) => sql.select('SELECT 1; SELECT 2'))).rejects.toMatchObject({ errno: 1064 });
  await single.close();
});
