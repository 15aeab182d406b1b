import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { migrate } from '../../../db-init/migrate';
import { migrations, type Migration } from '../../../db-init/migrations/index';
import type { Database } from '../../../functions/shared/database';
import { createTestDatabase, type TestDatabase } from '../../support/database';

let own: TestDatabase;
let database: Database;

beforeEach(async () => {
  own = await createTestDatabase({ migrated: false });
  database = own.connect();
});
afterEach(() => own.drop());

const ledger = async (): Promise<string[]> =>
  (await database.read((sql) => sql.select<{ name: string }>('SELECT name FROM schema_migrations ORDER BY name'))).map(
    ({ name }) => name,
  );

const names = migrations.map(({ name }) => name);
const good: Migration = { name: '0001_good', statement: 'CREATE TABLE IF NOT EXISTS good (id INT PRIMARY KEY)' };
const bad: Migration = { name: '0002_bad', statement: 'ALTER TABLE good ADD COLUMN other INT PRIMARY KEY' };
const later: Migration = { name: '0003_later', statement: 'CREATE TABLE IF NOT EXISTS later (id INT PRIMARY KEY)' };

describe('the migrations', () => {
  test('are applied in order and recorded', async () => {
    expect(await migrate(database, migrations)).toEqual(names);
    expect(await ledger()).toEqual(names);
  });

  test('are applied once: a second run does nothing', async () => {
    await migrate(database, migrations);
    await database.read((sql) => sql.run(`INSERT INTO item_sales VALUES ('z3333', 1, 1)`));
    expect(await migrate(database, migrations)).toEqual([]);
    expect(await database.read((sql) => sql.select('SELECT * FROM item_sales'))).toHaveLength(1);
  });

  test('are applied once by two runs at the same time', async () => {
    const runs = await Promise.all([migrate(own.connect(), migrations), migrate(own.connect(), migrations)]);
    expect(runs.flat()).toEqual(names);
  });

  test('are safe to run again when a run ended before the ledger was written', async () => {
    await migrate(database, migrations);
    await database.read((sql) => sql.run('DELETE FROM schema_migrations'));
    expect(await migrate(database, migrations)).toEqual(names);
  });

  test('that MySQL has no IF [NOT] EXISTS for are taken for done when a run ended before the ledger was written', async () => {
    const changes = ['ALTER TABLE good ADD COLUMN a INT', 'CREATE INDEX by_a ON good (a)', 'DROP INDEX by_a ON good', 'ALTER TABLE good DROP COLUMN a']; // prettier-ignore
    const list = [good, ...changes.map((statement, n) => ({ name: `000${n + 2}_change`, statement }))];
    for (let length = 2; length <= list.length; length += 1) {
      await migrate(database, list.slice(0, length));
      const last = list[length - 1]?.name ?? '';
      await database.read((sql) => sql.run('DELETE FROM schema_migrations WHERE name = ?', [last]));
      expect(await migrate(database, list.slice(0, length))).toEqual([last]);
    }
  });

  test('go on with those that an upgrade adds', async () => {
    await migrate(database, [good]);
    expect(await migrate(database, [good, later])).toEqual(['0003_later']);
  });

  test('of a newer release are left alone by an older one', async () => {
    await migrate(database, [good, later]);
    expect(await migrate(database, [good])).toEqual([]);
    expect(await ledger()).toEqual(['0001_good', '0003_later']);
  });
});

describe('a migration that fails', () => {
  test("is named with the server's own error, and none after it is applied", async () => {
    await expect(migrate(database, [good, bad, later])).rejects.toThrow(
      /^Migration 0002_bad failed: Multiple primary key defined \(errno 1068\)$/,
    );
    expect(await ledger()).toEqual(['0001_good']);
  });

  test('is taken up where it ended once it is mended', async () => {
    await migrate(database, [good, bad, later]).catch(() => undefined);
    const mended = { ...bad, statement: 'ALTER TABLE good ADD COLUMN name INT' };
    expect(await migrate(database, [good, mended, later])).toEqual(['0002_bad', '0003_later']);
  });

  test('leaves no lock behind', async () => {
    await migrate(database, [bad]).catch(() => undefined);
    expect(await migrate(own.connect(), [good])).toEqual(['0001_good']);
  });
});

test('a migration that was edited after it was applied is refused', async () => {
  await migrate(database, [good]);
  const edited = { ...good, statement: `${good.statement} COMMENT = 'edited'` };
  await expect(migrate(database, [edited, later])).rejects.toThrow(
    'Migration 0001_good was edited after it was applied',
  );
  expect(await ledger()).toEqual(['0001_good']);
});
