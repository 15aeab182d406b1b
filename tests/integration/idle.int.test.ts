/** Sessions end when nobody uses them, so that a database that pauses may pause; the next use begins another, and nobody notices. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { connectDatabase, type Database, type DatabaseConfig } from '../../functions/shared/database';
import { classifyDatabaseError } from '../../functions/shared/database-errors';
import { secretSignIn } from '../../functions/shared/secret-sign-in';
import { administer, createTestDatabase, type TestDatabase } from '../support/database';

let own: TestDatabase;
let witness: Database;
let database: Database;

beforeAll(async () => {
  own = await createTestDatabase({ migrated: false });
  witness = own.connect();
});
beforeEach(() => {
  database = own.connect();
});
afterAll(() => own.drop());

const sessionOf = async (one: Database): Promise<number> =>
  (await one.read((sql) => sql.select<{ id: number }>('SELECT CONNECTION_ID() AS id')))[0]?.id ?? 0;

const isThere = async (session: number): Promise<boolean> => {
  const question = 'SELECT id FROM information_schema.processlist WHERE id = ?';
  return (await witness.read((sql) => sql.select(question, [session]))).length > 0;
};

/** As Lambda does between two invocations: the process gets no time at all, so it cannot see what the server sends meanwhile. */
const freeze = (ms: number): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** The time after which the server ends an idle session, in seconds. */
const impatient = (one: Database): Promise<number> => one.read((sql) => sql.run('SET SESSION wait_timeout = 1'));

test('the server ends a session of ours that is idle for a minute', async () => {
  const rows = await database.read((sql) =>
    sql.select<{ Value: string }>(`SHOW SESSION VARIABLES WHERE Variable_name = 'wait_timeout'`),
  );
  expect(rows).toMatchObject([{ Value: '60' }]);
});

test('and the next question is asked on another', async () => {
  const first = await sessionOf(database);
  await impatient(database);
  while (await isThere(first)) await sleep(100);
  expect(await sessionOf(database)).not.toBe(first);
});

describe('also when the function was frozen meanwhile', () => {
  let first: number;
  beforeEach(async () => {
    first = await sessionOf(database);
    await impatient(database);
    freeze(2_500);
  });

  test('a question is asked again, on another', async () => {
    expect(await sessionOf(database)).not.toBe(first);
    expect(await isThere(first)).toBe(false);
  });

  test('a snapshot too', async () => {
    const work = database.snapshot((sql) => sql.select<{ id: number }>('SELECT CONNECTION_ID() AS id'));
    expect((await work)[0]?.id).not.toBe(first);
  });

  test('a transaction fails as when the connection is lost, and done again finds another', async () => {
    const work = () => database.transaction((sql) => sql.select('SELECT 1 AS one'));
    const attempt = await work().catch((error: unknown) => error);
    expect(classifyDatabaseError(attempt)).toBe('unavailable');
    expect(await work()).toEqual([{ one: 1 }]);
  });
});

describe('a secret that is rotated', () => {
  const USER = 'rotated';
  const change = (password: string) => administer(own.config, `ALTER USER '${USER}'@'%' IDENTIFIED BY '${password}'`);
  let secret: string;
  let fetches: number;
  let config: DatabaseConfig;

  beforeEach(async () => {
    secret = 'first';
    fetches = 0;
    const signIn = secretSignIn('arn:of-it', USER, () => {
      fetches += 1;
      return Promise.resolve(JSON.stringify({ username: USER, password: secret }));
    });
    const { DATABASE_HOST, DATABASE_PORT, DATABASE_NAME } = own.config;
    config = { DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, signIn };
    await administer(own.config, `CREATE USER '${USER}'@'%' IDENTIFIED BY 'first'`);
    await administer(own.config, `GRANT SELECT ON ${DATABASE_NAME}.* TO '${USER}'@'%'`);
  });
  afterEach(() => administer(own.config, `DROP USER '${USER}'@'%'`));

  test('is fetched again by the next connection that is refused, and no question is lost', async () => {
    const rotated = connectDatabase(config);
    const first = await sessionOf(rotated);
    await change((secret = 'second'));
    expect(await sessionOf(rotated)).toBe(first); // who is in stays in
    await administer(own.config, `KILL ${first}`);
    expect(await sessionOf(rotated)).not.toBe(first);
    expect(fetches).toBe(2);
    await rotated.close();
  });

  test('and does not fit yet: told, and right again with the next question', async () => {
    await change('second');
    const rotated = connectDatabase(config);
    await expect(sessionOf(rotated)).rejects.toThrow('The secret arn:of-it was read again');
    secret = 'second';
    expect(await sessionOf(rotated)).toBeGreaterThan(0);
    await rotated.close();
  });
});
