/** The migrations over the Data API: the real client, its protocol, and a real database behind it. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bringUpToDate, findTarget, type Target } from '../../../db-init/bring-up-to-date';
import { answerRequest } from '../../../db-init/custom-resource';
import { createDataApi, type DataApi, type Waits } from '../../../db-init/data-api';
import { migrations, type Migration } from '../../../db-init/migrations/index';
import type { Database } from '../../../functions/shared/database';
import { DataApiServer, type Options } from '../../support/data-api-server';
import { Refused } from '../../support/data-api-sql';
import { createTestDatabase, type TestDatabase } from '../../support/database';

let own: TestDatabase;
let database: Database;
let server: DataApiServer;
let logged: string[];

const waits = (deadline = Date.now() + 60_000): Waits => ({
  deadline,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 50)),
  log: (message) => logged.push(message),
});

async function serve(options: Options = {}): Promise<void> {
  server = await DataApiServer.start(own.config, options);
}

/** As the function is told by its environment; without users, whom another file tests. */
const target = (some = waits()): Target => ({
  ...findTarget({ DATABASE_SIGN_IN: 'data-api', ...server.config }, some, () => server.client()),
  ownsUsers: false,
});

const api = (): DataApi => createDataApi(server.client(), server.config, waits());

beforeEach(async () => {
  own = await createTestDatabase({ migrated: false });
  database = own.connect();
  logged = [];
});
afterEach(async () => {
  await server.stop();
  await own.drop();
});

const names = migrations.map(({ name }) => name);
const good: Migration = { name: '0001_good', statement: 'CREATE TABLE IF NOT EXISTS good (id INT PRIMARY KEY)' };
const bad: Migration = { name: '0002_bad', statement: 'ALTER TABLE missing ADD COLUMN id INT' };
const later: Migration = { name: '0003_later', statement: 'CREATE TABLE IF NOT EXISTS later (id INT PRIMARY KEY)' };

const ledger = async (): Promise<string[]> => {
  const rows = await database.read((sql) => sql.select<{ name: string }>('SELECT name FROM schema_migrations'));
  return rows.map(({ name }) => name).sort();
};

/** Refuses the first `times` calls for which `when` holds. */
function refuse(times: number, refused: Refused, when: (sql: string, path: string) => boolean = () => true): void {
  let left = times;
  server.faults.push(({ path, body }) => (when(body.sql ?? '', path) && (left -= 1) >= 0 ? refused : undefined));
}

const resuming = new Refused(
  'DatabaseResumingException',
  'The Aurora DB instance db-1 is resuming after being auto-paused.',
);

describe('the migrations', () => {
  test('are applied from empty, and a second run does nothing', async () => {
    await serve();
    expect((await bringUpToDate(target(), migrations)).applied).toEqual(names);
    expect(await ledger()).toEqual(names);
    await database.read((sql) => sql.run("INSERT INTO item_sales VALUES ('z3333', 1, 1)"));
    expect((await bringUpToDate(target(), migrations)).applied).toEqual([]);
    expect(await database.read((sql) => sql.select('SELECT * FROM item_sales'))).toHaveLength(1);
  });

  test('make the schema that a connection makes, and the lock', async () => {
    await serve();
    await bringUpToDate(target(), migrations);
    const other = await createTestDatabase();
    const columns = (db: Database) =>
      db.read((sql) =>
        sql.select(`SELECT table_name AS t, column_name AS c, column_type AS y, collation_name AS o
          FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name <> 'schema_lock' ORDER BY 1, 2`),
      );
    expect(await columns(database)).toEqual(await columns(other.connect()));
    await other.drop();
  });

  test('run outside the transaction that holds the lock, and go on after a call', async () => {
    await serve();
    await bringUpToDate(target(), [good]);
    const statements = server.calls.filter(({ body }) => body.sql?.startsWith('CREATE') === true);
    expect(statements.length).toBeGreaterThan(1);
    for (const { body } of statements) {
      expect(body.transactionId).toBeUndefined();
      expect(body.continueAfterTimeout).toBe(true);
    }
  });

  test('are applied once by two runs at the same time', async () => {
    await serve();
    const runs = await Promise.all([bringUpToDate(target(), migrations), bringUpToDate(target(), migrations)]);
    expect(runs.flatMap(({ applied }) => applied)).toEqual(names);
    expect(logged).toContain('Another run of the migrations is under way; waiting');
  });
});

describe('a database that is not ready', () => {
  test('is waited for, and the log says so', async () => {
    await serve();
    refuse(2, resuming);
    expect((await bringUpToDate(target(), [good])).applied).toEqual(['0001_good']);
    expect(logged).toEqual(['The database is not ready; waiting', 'The database is not ready; waiting']);
  });

  test('is not waited for past the deadline: the reason is what it says', async () => {
    await serve();
    refuse(1_000, resuming);
    await expect(bringUpToDate(target(waits(Date.now() + 500)), [good])).rejects.toThrow(
      `${server.config.DATABASE_CLUSTER_ARN}/${own.config.DATABASE_NAME}: DatabaseResumingException: ${resuming.message}`,
    );
  });

  test('a throttled call is made again', async () => {
    await serve();
    refuse(1, new Refused('ThrottlingException', 'Rate exceeded', 429), (sql) => sql.startsWith('CREATE TABLE IF NOT EXISTS good')); // prettier-ignore
    expect((await bringUpToDate(target(), [good])).applied).toEqual(['0001_good']);
    expect(server.statements().filter((sql) => sql === good.statement)).toHaveLength(2);
  });
});

describe('a migration that fails', () => {
  test("fails the deployment: the reason names it, with the server's own error; mended, it goes on from there", async () => {
    await serve();
    const answers: { Status: string; Reason: string }[] = [];
    const deploy = (list: readonly Migration[]) =>
      answerRequest(
        { RequestType: 'Update', ResponseURL: 'https://example.com', StackId: 's', RequestId: 'r', LogicalResourceId: 'l' },
        async () => {
          await bringUpToDate(target(), list);
        },
        (_, body) => {
          answers.push(JSON.parse(body) as (typeof answers)[number]);
          return Promise.resolve();
        },
        60_000,
      ); // prettier-ignore
    await deploy([good, bad, later]);
    expect(answers.at(-1)?.Status).toBe('FAILED');
    expect(answers.at(-1)?.Reason).toBe(
      `${server.config.DATABASE_CLUSTER_ARN}/${own.config.DATABASE_NAME}: Migration 0002_bad failed: ` +
        `Table '${own.config.DATABASE_NAME}.missing' doesn't exist (errno 1146)`,
    );
    expect(await ledger()).toEqual(['0001_good']);

    await deploy([good, { ...bad, statement: 'ALTER TABLE good ADD COLUMN name INT' }, later]);
    expect(answers.at(-1)?.Status).toBe('SUCCESS');
    expect(await ledger()).toEqual(['0001_good', '0002_bad', '0003_later']);
  });

  test('leaves no lock behind', async () => {
    await serve();
    await expect(bringUpToDate(target(), [bad])).rejects.toThrow('0002_bad');
    logged = [];
    await bringUpToDate(target(), [good]);
    expect(logged).toEqual([]);
  });
});

describe('a migration that takes longer than a call', () => {
  const bare = 'ALTER TABLE good ADD COLUMN name INT';
  const added: Migration = { name: '0002_added', statement: `-- It's a "comment": with :colons?\n${bare}` };

  /** Holds the table for some time, so that DDL has to wait for it. */
  const useTable = (ms: number): Promise<void> =>
    own.connect().transaction(async (sql) => {
      await sql.select('SELECT id FROM good');
      await new Promise((resolve) => setTimeout(resolve, ms));
    });

  test.each([
    ['by its connection', true],
    ['by its words', false],
  ])('goes on, is looked for %s, and is taken for done where it took effect', async (_, tellsConnection) => {
    await serve({ callMs: 400, tellsConnection });
    await bringUpToDate(target(), [good]);
    const used = useTable(1_500);
    expect((await bringUpToDate(target(), [good, added])).applied).toEqual(['0002_added']);
    await used;
    expect(logged).toContain('A statement takes longer than a call; waiting for its end');
    expect(server.statements().filter((sql) => sql === bare)).toHaveLength(2);
    expect(await database.read((sql) => sql.select('SELECT name FROM good'))).toEqual([]);
  });

  test('is left to itself at the deadline, and the reason says to deploy again, which goes on from there', async () => {
    await serve({ callMs: 300 });
    await bringUpToDate(target(), [good]);
    const used = useTable(2_500);
    await expect(bringUpToDate(target(waits(Date.now() + 1_000)), [good, added])).rejects.toThrow(
      'Migration 0002_added failed: It is still running. Deploy again when it has ended',
    );
    await used;
    expect((await bringUpToDate(target(), [good, added])).applied).toEqual(['0002_added']);
  });

  test('is stopped where it changes rows: run again, it would take as long again', async () => {
    await serve({ callMs: 300 });
    const slow = 'INSERT INTO good SELECT 1 FROM (SELECT SLEEP(5)) slow';
    await expect(bringUpToDate(target(), [good, { name: '0002_slow', statement: slow }])).rejects.toThrow(
      'Migration 0002_slow failed: It did not end within the 45 seconds that the Data API gives a statement',
    );
    expect(await database.read((sql) => sql.select('SELECT id FROM good'))).toEqual([]);
  });

  test('is written to fill piece by piece, and repeated', async () => {
    await serve();
    const fill = `INSERT INTO good SELECT COALESCE(MAX(id), 0) + 1 FROM good HAVING MAX(id) IS NULL OR MAX(id) < 3`;
    await bringUpToDate(target(), [good, { name: '0002_fill', statement: fill, repeated: true }]);
    expect(await database.read((sql) => sql.select('SELECT id FROM good ORDER BY id'))).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]); // prettier-ignore
  });
});

describe('the lock', () => {
  test('that was lost ends the run before another statement', async () => {
    await serve();
    let begun = '';
    server.faults.push(({ body }) => {
      if (body.sql?.startsWith('CREATE TABLE IF NOT EXISTS good') === true) begun = 'gone';
      return begun === 'gone' && body.transactionId !== undefined
        ? new Refused('TransactionNotFoundException', 'Transaction AQ is not found', 404)
        : undefined;
    });
    await expect(bringUpToDate(target(), [good, later])).rejects.toThrow('The lock on the schema was lost');
    expect(server.statements()).not.toContain(later.statement);
  });

  test('is waited for no longer than the deadline', async () => {
    await serve();
    await bringUpToDate(target(), []);
    const transactionId = await api().begin();
    await api().execute('SELECT id FROM schema_lock WHERE id = 1 FOR UPDATE', [], { transactionId });
    await expect(bringUpToDate(target(waits(Date.now() + 1_000)), [good])).rejects.toThrow(
      'Another run of the migrations did not end in time',
    );
  });
});

describe('the Data API of these tests is as strict as AWS', () => {
  test('DDL ends a transaction', async () => {
    await serve();
    const transactionId = await api().begin();
    await api().execute(good.statement, [], { transactionId });
    await expect(api().execute('SELECT 1 AS one', [], { transactionId })).rejects.toThrow('is not found');
  });

  test('one statement a call, values by name', async () => {
    await serve();
    await expect(api().execute('SELECT 1 AS one; SELECT 2 AS two')).rejects.toThrow('Multistatements');
    await expect(api().execute('SELECT :nobody AS one')).rejects.toThrow('Cannot find parameter: nobody');
    const { rows } = await api().execute("SELECT ? AS s, ? AS n, ? AS d, ? AS nothing, ':p1' AS quoted", [
      'ü',
      7,
      0.5,
      null,
    ]);
    expect(rows).toEqual([{ s: 'ü', n: 7, d: expect.anything(), nothing: null, quoted: ':p1' }]);
  });

  test('a call that is over ends its statement unless it may go on', async () => {
    await serve({ callMs: 200 });
    await expect(api().execute('SELECT SLEEP(5) AS slept')).rejects.toThrow('did not end within the 45 seconds');
  });
});

test('the environment names what is missing', () => {
  expect(() => findTarget({ DATABASE_SIGN_IN: 'data-api', DATABASE_NAME: 'n-n' }, waits())).toThrow(
    'DATABASE_CLUSTER_ARN is missing; DATABASE_SECRET_ARN is missing; DATABASE_NAME is no database name',
  );
});
