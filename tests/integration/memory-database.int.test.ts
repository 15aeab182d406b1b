/** The database in memory answers, waits and refuses as a real server does: the same script, step by step, on both. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BY_KEY, deleting } from '../../functions/project-orders/statements';
import { SELECT_UNBOOKED } from '../../functions/project-orders/unbooked';
import { openSession, type Session } from '../../functions/shared/database-session';
import { withPassword, type Database, type SqlValue, type TransactionSql } from '../../functions/shared/database';
import { createTestDatabase, emptyTables, type TestDatabase } from '../support/database';
import { MemoryServer, openMemorySession } from '../support/memory-database/server';
import { seededRandom } from '../support/random';
import { Scheduler } from '../support/scheduler';

type Who = 'a' | 'b';

/** Rows, or the number of an error; null for what was done. */
type Answer = readonly object[] | number | null;

/** Says a statement and gets an answer; or waits; or gets the answer that it waited for; or a and b, both waiting, are told apart. */
type Step =
  | readonly [Who, string, readonly SqlValue[], Answer]
  | readonly [Who, string, readonly SqlValue[], 'waits']
  | readonly [Who, 'is answered', Answer]
  | readonly ['both', 'one is ended by 1213'];

const BEGIN = 'START TRANSACTION';
const INSERT = 'INSERT INTO counts (name, total) VALUES ?';
const ADD = `${INSERT} ON DUPLICATE KEY UPDATE total = total + VALUES(total)`;
const READ = 'SELECT name, total FROM counts WHERE name IN (?) ORDER BY name';
const LOCK = `SELECT name, total FROM counts ${BY_KEY} WHERE name IN (?) ORDER BY name FOR UPDATE`;
const DELETE = deleting('counts', 'name');
const KEEP = `INSERT INTO quarantined_changes (event_id, pk, sequence_number, error, record) VALUES (?, ?, ?, ?, ?)
  ON DUPLICATE KEY UPDATE id = id`;
const KEEP_FIRST = `INSERT INTO quarantined_changes (event_id, pk, sequence_number, error, record)
  SELECT ?, ?, ?, ?, ? FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM quarantined_changes WHERE pk = ?)`;
const KEPT = 'SELECT event_id, CAST(sequence_number AS CHAR) AS number FROM quarantined_changes ORDER BY event_id';

const GUARD = 'SELECT (SELECT 1 UNION ALL SELECT 1 FROM quarantined_changes LIMIT 2) AS nothing';
const PASSED = [{ nothing: 1 }];
const SET_ASIDE = 'INSERT INTO unbooked_sales (id, sales) VALUES ?';
const SET_ASIDE_NEXT = 'INSERT INTO unbooked_sales (sales) VALUES (?)';
const ASIDE = 'SELECT sales FROM unbooked_sales ORDER BY id';
const BOOKED = deleting('unbooked_sales', 'id');

const begin = (who: Who): Step => [who, BEGIN, [], null];
const commit = (who: Who): Step => [who, 'COMMIT', [], null];
const rollback = (who: Who): Step => [who, 'ROLLBACK', [], null];
const rows = (...pairs: [string, number][]) => pairs.map(([name, total]) => ({ name, total }));
const x = (total: number): SqlValue[] => [[['x', total]]];
const keys = (...names: string[]): SqlValue[] => [names];
const sales = (...ids: number[]): SqlValue[] => [ids.map((id) => [id, `[${id}]`])];
const unbooked = (...ids: number[]) => ids.map((id) => ({ id, sales: `[${id}]` }));

const scripts: Readonly<Record<string, readonly Step[]>> = {
  'an insert waits for another of its key, and is refused when that is committed': [
    begin('a'), begin('b'), ['a', INSERT, x(1), null], ['b', INSERT, x(2), 'waits'], commit('a'), ['b', 'is answered', 1062], rollback('b'), ['b', READ, keys('x'), rows(['x', 1])],
  ], // prettier-ignore
  'an insert waits for another of its key, and is done when that is rolled back': [
    begin('a'), begin('b'), ['a', INSERT, x(1), null], ['b', INSERT, x(2), 'waits'], rollback('a'), ['b', 'is answered', null], commit('b'), ['a', READ, keys('x'), rows(['x', 2])],
  ], // prettier-ignore
  'FOR UPDATE waits for who holds the row, and sees what that one wrote': [
    ['a', INSERT, x(1), null], begin('a'), begin('b'), ['a', LOCK, keys('x'), rows(['x', 1])], ['a', ADD, x(4), null], ['b', LOCK, keys('x'), 'waits'], commit('a'), ['b', 'is answered', rows(['x', 5])], rollback('b'),
  ], // prettier-ignore
  'FOR UPDATE of a key that is not there locks nothing': [
    begin('a'), begin('b'), ['a', LOCK, keys('x'), []], ['b', LOCK, keys('x'), []], ['b', INSERT, x(2), null], ['a', INSERT, x(1), 'waits'], commit('b'), ['a', 'is answered', 1062], rollback('a'),
  ], // prettier-ignore
  'FOR UPDATE waits for a row that comes to be, or not': [
    begin('a'), begin('b'), ['a', INSERT, x(1), null], ['b', LOCK, keys('x'), 'waits'], rollback('a'), ['b', 'is answered', []], ['b', INSERT, x(2), null], commit('b'),
  ], // prettier-ignore
  'a plain read waits for nobody, and sees what is committed, and what it wrote itself': [
    begin('a'), begin('b'), ['a', INSERT, x(1), null], ['b', READ, keys('x'), []], ['a', READ, keys('x'), rows(['x', 1])], commit('a'), ['b', READ, keys('x'), rows(['x', 1])], commit('b'),
  ], // prettier-ignore
  'an upsert waits, then adds to what was committed': [
    begin('a'), begin('b'), ['a', ADD, x(1), null], ['b', ADD, x(2), 'waits'], commit('a'), ['b', 'is answered', null], commit('b'), ['a', READ, keys('x'), rows(['x', 3])],
  ], // prettier-ignore
  'a row being deleted is waited for, and gone then': [
    ['a', INSERT, x(1), null], begin('a'), begin('b'), ['a', DELETE, keys('x'), null], ['b', READ, keys('x'), rows(['x', 1])], ['b', LOCK, keys('x'), 'waits'], commit('a'), ['b', 'is answered', []], ['b', INSERT, x(7), null], commit('b'), ['a', READ, keys('x'), rows(['x', 7])],
  ], // prettier-ignore
  'a refused statement is taken back whole, and what came before it in the transaction is not': [
    ['a', INSERT, x(1), null], begin('a'), ['a', INSERT, [[['w', 1]]], null], ['a', INSERT, [[['v', 1], ['x', 1]]], 1062], commit('a'), ['b', READ, keys('v', 'w', 'x'), rows(['w', 1], ['x', 1])],
  ], // prettier-ignore
  'of two that wait for each other, one is ended, and all that it did is taken back': [
    ['a', INSERT, [[['x', 0], ['y', 0]]], null], begin('a'), begin('b'), ['a', ADD, x(1), null], ['b', ADD, [[['y', 1]]], null], ['a', ADD, [[['y', 1]]], 'waits'], ['b', ADD, x(1), 'waits'], ['both', 'one is ended by 1213'], commit('a'), commit('b'), ['a', READ, keys('x', 'y'), rows(['x', 1], ['y', 1])],
  ], // prettier-ignore
  'keys are told apart byte by byte': [
    begin('a'), begin('b'), ['a', INSERT, [[['X', 1]]], null], ['b', INSERT, x(2), null], commit('b'), commit('a'), ['a', READ, keys('x', 'X'), rows(['X', 1], ['x', 2])],
  ], // prettier-ignore
  'what is kept by the id of its event is kept once': [
    begin('a'), begin('b'), ['a', KEEP, ['e1', 'order#1', '12', 'why', '{}'], null], ['b', KEEP, ['e1', 'order#1', '13', 'why', '{}'], 'waits'], commit('a'), ['b', 'is answered', null], commit('b'), ['b', KEPT, [], [{ event_id: 'e1', number: '12' }]],
  ], // prettier-ignore
  'what is kept unless its key is there': [
    ['a', KEEP_FIRST, ['e1', 'order#1', null, 'why', '{}', 'order#1'], null], ['a', KEEP_FIRST, ['e2', 'order#1', null, 'why', '{}', 'order#1'], null], ['a', KEEP_FIRST, ['e3', 'order#2', null, 'why', '{}', 'order#2'], null], ['a', KEPT, [], [{ event_id: 'e1', number: null }, { event_id: 'e3', number: null }]],
  ], // prettier-ignore
  'a guard fails where anything is in quarantine that is committed, or its own': [
    begin('a'), begin('b'), ['a', GUARD, [], PASSED], ['a', KEEP, ['e1', 'order#1', '12', 'why', '{}'], null], ['b', GUARD, [], PASSED], ['a', GUARD, [], 1242], commit('a'), ['b', GUARD, [], 1242], rollback('b'), ['b', KEEP, ['e2', 'order#2', '12', 'why', '{}'], null], ['a', GUARD, [], 1242],
  ], // prettier-ignore
  'who takes all sales waits for those that are being set aside, and holds up nobody who sets more aside': [
    ['a', SET_ASIDE, sales(1), null], begin('a'), begin('b'), ['a', SET_ASIDE, sales(2), null], ['b', SELECT_UNBOOKED, [], 'waits'], commit('a'), ['b', 'is answered', unbooked(1, 2)], ['a', SET_ASIDE, sales(3), null], ['b', BOOKED, [[1, 2]], null], commit('b'), ['a', SELECT_UNBOOKED, [], unbooked(3)],
  ], // prettier-ignore
  'sales that were not set aside after all are not taken': [
    ['a', SET_ASIDE, sales(1), null], begin('a'), begin('b'), ['a', SET_ASIDE, sales(2), null], ['b', SELECT_UNBOOKED, [], 'waits'], rollback('a'), ['b', 'is answered', unbooked(1)], rollback('b'),
  ], // prettier-ignore
  'sales are taken by one, also where they are in a list of ids': [
    ['a', SET_ASIDE, sales(1, 2, 3), null], begin('a'), begin('b'), ['a', SELECT_UNBOOKED, [], unbooked(1, 2, 3)], ['b', SELECT_UNBOOKED, [], 'waits'], ['a', BOOKED, [[1, 3]], null], commit('a'), ['b', 'is answered', unbooked(2)], rollback('b'),
  ], // prettier-ignore
  'sales that are set aside get ids that count on': [
    begin('a'), ['a', SET_ASIDE_NEXT, ['[1]'], null], ['b', SET_ASIDE_NEXT, ['[2]'], null], ['b', ASIDE, [], [{ sales: '[2]' }]], commit('a'), ['b', ASIDE, [], [{ sales: '[1]' }, { sales: '[2]' }]],
  ], // prettier-ignore
  'a column that wants a value is not given null': [['a', INSERT, [[['x', null]]], 1048]],
};

/** Where a script is played. */
interface Place {
  readonly sessions: Readonly<Record<Who, Session>>;
  /** Lets a statement go on beside the script. */
  readonly aside: (statement: () => Promise<Answer>) => Promise<Answer>;
  /** Resolves when that session waits for a lock. */
  readonly untilWaiting: (who: Who) => Promise<void>;
}

async function say({ sql }: Session, statement: string, values: readonly SqlValue[]): Promise<Answer> {
  try {
    if (statement.startsWith('SELECT')) return await sql.select(statement, values);
    await sql.run(statement, values);
    return null;
  } catch (error) {
    if (error instanceof Error && 'errno' in error && typeof error.errno === 'number') return error.errno;
    throw error;
  }
}

/** Plays a script; each step must come out as it says. */
async function play(script: readonly Step[], { sessions, aside, untilWaiting }: Place): Promise<void> {
  const pending = new Map<Who, Promise<Answer>>();
  for (const step of script) {
    if (step[0] === 'both') {
      const answers = await Promise.all(pending.values());
      expect(answers.toSorted()).toEqual([1213, null]);
    } else if (step.length === 3) {
      expect([step, await pending.get(step[0])]).toEqual([step, step[2]]);
    } else {
      const [who, statement, values, expected] = step;
      const answer = aside(() => say(sessions[who], statement, values));
      if (expected === 'waits') {
        pending.set(who, answer);
        const early = answer.then((words) => [step, words]);
        // Who closes the circle may be ended at once.
        const isLast = script.at(script.indexOf(step) + 1)?.[0] === 'both';
        if (!isLast) expect(await Promise.race([early, untilWaiting(who)])).toBeUndefined();
      } else expect([step, await answer]).toEqual([step, expected]);
    }
  }
}

test.each(Object.entries(scripts))('in memory: %s', async (_, script) => {
  for (let seed = 0; seed < 20; seed += 1) {
    const scheduler = new Scheduler(seededRandom(seed));
    const server = new MemoryServer(scheduler, seededRandom(seed));
    const waited = (): number => server.counts.get('waited') ?? 0;
    const place: Place = {
      sessions: { a: openMemorySession(server), b: openMemorySession(server) },
      aside: (statement) =>
        new Promise((resolve, reject) => {
          scheduler.spawn(() => statement().then(resolve, reject));
        }),
      untilWaiting: async () => {
        for (const before = waited(); waited() === before;) await scheduler.turn();
      },
    };
    await scheduler.run([() => play(script, place)]);
  }
});

/** Two questions at once, the second of what the first has locked; what was queued is done before both. */
async function askBoth(database: Database): Promise<unknown> {
  const ask = (sql: TransactionSql) => sql.selectBoth([LOCK, keys('x', 'y')], [SELECT_UNBOOKED]);
  const first = await database.transaction(async (sql) => {
    await sql.queue(SET_ASIDE, sales(1, 2));
    await sql.queue(INSERT, x(1));
    const answer = await ask(sql);
    await sql.queue(BOOKED, [[1]]);
    return answer;
  });
  return [
    first,
    await database.transaction(ask),
    await database.transaction((sql) => sql.selectBoth([GUARD], [ASIDE])),
  ];
}

const ANSWERS = [[rows(['x', 1]), unbooked(1, 2)], [rows(['x', 1]), unbooked(2)], [PASSED, [{ sales: '[2]' }]]]; // prettier-ignore

test('in memory: two questions at once', async () => {
  const scheduler = new Scheduler(seededRandom(1));
  const database = new MemoryServer(scheduler, seededRandom(1)).connect();
  await scheduler.run([async () => { expect(await askBoth(database)).toEqual(ANSWERS); }]); // prettier-ignore
});

describe('on a real server', () => {
  let own: TestDatabase;
  let database: Database;
  const sessions: Session[] = [];

  beforeAll(async () => {
    own = await createTestDatabase();
    database = own.connect();
  });
  afterAll(() => own.drop());
  beforeEach(() => emptyTables(database));
  afterEach(() => {
    for (const session of sessions.splice(0)) session.destroy(); // what is still open is rolled back
  });

  const open = async (): Promise<Session> => {
    const session = await openSession(withPassword(own.config), { connectMs: 5_000, statementMs: 60_000 });
    sessions.push(session);
    return session;
  };

  test('two questions at once', async () => {
    expect(await askBoth(database)).toEqual(ANSWERS);
  });

  const STATE = 'SELECT trx_state FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = ?';
  const isWaiting = async (id: number): Promise<boolean> => {
    const [row] = await database.read((sql) => sql.select<Record<string, string>>(STATE, [id]));
    return Object.values(row ?? {})[0] === 'LOCK WAIT';
  };

  test.each(Object.entries(scripts))('%s', async (_, script) => {
    const both = { a: await open(), b: await open() };
    const untilWaiting = async (who: Who): Promise<void> => {
      const id = ids[who];
      while (!(await isWaiting(id))) await new Promise((resolve) => setTimeout(resolve, 150)); // asked more often, InnoDB repeats its last answer
    };
    const idOf = async ({ sql }: Session): Promise<number> => (await sql.select<{ id: number }>('SELECT CONNECTION_ID() AS id'))[0]?.id ?? 0; // prettier-ignore
    const ids = { a: await idOf(both.a), b: await idOf(both.b) };
    await play(script, { sessions: both, aside: (statement) => statement(), untilWaiting });
  });
});
