/** While a rebuild fills a copy, the projector writes both: when it looks, in which order, and whose failure is whose. */
import { describe, expect, test } from '@jest/globals';
import { connectCopy, copyFirst, keysOf, REMEMBERED_MS, type Copy } from '../../../functions/project-orders/copy';
import type { Database, Sql } from '../../../functions/shared/database';
import type { Rebuild } from '../../../functions/shared/rebuild';
import { dependencies } from '../../support/projection';
import { MemoryOrdersTable, order } from '../../support/stream';

describe('copyFirst', () => {
  const copyThat = (project: () => Promise<void>): Copy => ({ project });

  test('begins with the read model when the copy is done', async () => {
    const done: string[] = [];
    const copy = copyThat(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      done.push('copy');
    });
    await copyFirst(copy, ['order#1'], () => Promise.resolve(done.push('read model')));
    expect(done).toEqual(['copy', 'read model']);
  });

  test('leaves the read model alone where the copy fails', async () => {
    let isTouched = false;
    const failing = copyThat(() => Promise.reject(new Error('away')));
    await expect(copyFirst(failing, ['order#1'], () => Promise.resolve((isTouched = true)))).rejects.toThrow('away');
    expect(isTouched).toBe(false);
  });
});

type State = Rebuild['state'] | undefined;

/** A database that tells of this rebuild each time it is asked and can do nothing else, and a copy that fails. */
function stage(stateNow: () => State) {
  const asked = { model: 0, copy: 0 };
  const sql: Sql = {
    select: <Row extends object>() => {
      asked.model += 1;
      const state = stateNow();
      return Promise.resolve((state === undefined ? [] : [{ run: 'one', state }]) as Row[]);
    },
    run: () => Promise.reject(new Error('not asked for')),
  };
  const never = (): Promise<never> => Promise.reject(new Error('not asked for'));
  const close = (): Promise<void> => Promise.resolve();
  const model: Database = { read: (work) => work(sql), snapshot: never, transaction: never, close };
  const lost = Object.assign(new Error('no such database'), { errno: 1049, sqlState: '42000' });
  const copy: Database = { ...model, read: never, transaction: () => ((asked.copy += 1), Promise.reject(lost)) }; // prettier-ignore
  const clock = { now: 0 };
  return { asked, clock, copy: connectCopy(dependencies(model, new MemoryOrdersTable()), copy, () => clock.now) };
}

describe('connectCopy', () => {
  test('that there is no copy is remembered for as long as the state machine relies on, and no longer', async () => {
    const { asked, clock, copy } = stage(() => undefined);
    await copy.project(['order#1']);
    clock.now += REMEMBERED_MS - 1;
    await copy.project(['order#1']);
    expect(asked).toEqual({ model: 1, copy: 0 });
    clock.now += 1;
    await copy.project(['order#1']);
    expect(asked).toEqual({ model: 2, copy: 0 });
  });

  test('that there is one is asked before each delivery', async () => {
    let state: State = 'filling';
    const { asked, copy } = stage(() => state);
    await expect(copy.project(['order#1'])).rejects.toThrow('no such database');
    state = 'swapped';
    await copy.project(['order#1']);
    expect(asked.copy).toBe(2); // a lost connection is tried once more
  });

  test.each(['swapped', 'cancelled'] as const)('a copy that was %s meanwhile is no failure', async (state) => {
    const states: State[] = ['filling', state];
    const { asked, copy } = stage(() => states.shift());
    await copy.project(['order#1']);
    expect(asked.copy).toBeGreaterThan(0);
  });

  test('records without a key ask for nothing', async () => {
    const { asked, copy } = stage(() => 'filling');
    await copy.project(keysOf([{}, { dynamodb: {} }, null]));
    expect(asked).toEqual({ model: 0, copy: 0 });
  });
});

test('each key of a delivery is projected once', () => {
  const table = new MemoryOrdersTable();
  const records = [table.put(order('a')), table.put(order('b')), table.put(order('a', { version: 2 })), {}];
  expect(keysOf(records)).toEqual(['order#a', 'order#b']);
});
