/** The same commands delivered often, in every order and at once: done once, one first answer, the rest duplicates. */
import { describe, expect, test } from '@jest/globals';
import { isObject, type JsonObject } from '../support/asl-definition';
import type { Outcome } from '../support/asl-interpreter';
import { readSeed, seededRandom } from '../support/random';
import { createMemoryWorld, type MemoryWorld } from '../support/workflow-memory';
import { command, createOrder, storedOrder } from './case';

const seed = readSeed();

/** A world whose calls wait a random number of turns, and one in 20 of whose writes loses its answer. */
function turbulentWorld(start: number): MemoryWorld {
  const random = seededRandom(start);
  return createMemoryWorld({
    interrupt: async ({ service }) => {
      for (let turns = Math.floor(random() * 6); turns > 0; turns -= 1) await new Promise(setImmediate);
      return ['putItem', 'transactWriteItems'].includes(service) && random() < 0.05 ? 'lost' : undefined;
    },
  });
}

const replyOf = (outcome: Outcome): JsonObject => {
  if (outcome.status === 'FAILED') throw new Error(`${outcome.error}: ${outcome.cause}`);
  return outcome.output as JsonObject;
};

/** The reply without what tells deliveries of the same command apart. */
const answerOf = (reply: JsonObject): string =>
  JSON.stringify({ ...reply, commandMessageId: undefined, duplicate: undefined });

const permutations = <T>(list: readonly T[]): T[][] =>
  list.length === 0
    ? [[]]
    : list.flatMap((head, index) => permutations(list.toSpliced(index, 1)).map((rest) => [head, ...rest]));

/** Two keys that differ in content, each delivered twice. */
const deliveries = ['k-1', 'k-2', 'k-1', 'k-2'].map((commandId, index) =>
  command(`e-${index}`, createOrder({ commandId, items: [{ itemid: commandId, quantity: index % 2 === 0 ? 1 : 2 }] })),
);

function checkReplies(world: MemoryWorld, replies: readonly JsonObject[], inTurn: boolean): void {
  expect(world.tables['OrdersTable']?.size).toBe(1);
  const createdBy = world.tables['OrdersTable']?.get('order#6101')?.['createdBy'];
  for (const key of ['k-1', 'k-2']) {
    const mine = replies.filter(({ commandId }) => commandId === key);
    expect(new Set(mine.map(answerOf)).size).toBe(1);
    const wins = JSON.stringify(createdBy) === JSON.stringify({ S: key });
    expect(mine[0]).toMatchObject({ commandStatus: wins ? 'orderCreated' : 'rejected' });
    const first = mine.filter(({ duplicate }) => duplicate === undefined).length;
    if (inTurn) expect(first).toBe(1);
    else expect(first).toBeLessThanOrEqual(1); // none where the answer to the write was lost
  }
}

/** Two changes of what is there, or will be by the first of them. */
const pairs: Readonly<Record<string, readonly [JsonObject, JsonObject]>> = {
  'two updates': [
    { command: 'updateOrder', orderId: '6101', items: [{ itemid: 'a', quantity: 1 }] },
    { command: 'updateOrder', orderId: '6101', items: [{ itemid: 'b', quantity: 1 }] },
  ],
  'two updates of the same version': [
    { command: 'updateOrder', orderId: '6101', items: [{ itemid: 'a', quantity: 1 }], expectedVersion: 1 },
    { command: 'updateOrder', orderId: '6101', items: [{ itemid: 'b', quantity: 1 }], expectedVersion: 1 },
  ],
  'an update and a cancel': [
    { command: 'updateOrder', orderId: '6101', items: [{ itemid: 'a', quantity: 1 }] },
    { command: 'cancelOrder', orderId: '6101' },
  ],
  'two profiles of a customer': [
    { command: 'registerCustomer', customerId: 'c-1', name: 'Ada', email: 'a@b' },
    { command: 'registerCustomer', customerId: 'c-1', name: 'Eva', email: 'a@b' },
  ],
  'a customer registered and forgotten': [
    { command: 'registerCustomer', customerId: 'c-1', name: 'Ada', email: 'a@b' },
    { command: 'forgetCustomer', customerId: 'c-1' },
  ],
  'two descriptions of an item': [
    { command: 'registerItem', itemid: 'z1', name: 'Lamp', tags: ['red'] },
    { command: 'registerItem', itemid: 'z1', name: 'Lamp', tags: ['blue'] },
  ],
};

const pairDeliveries = (pair: readonly JsonObject[]): JsonObject[] =>
  [...pair, ...pair].map((detail, index) =>
    command(`e-${index}`, { ...detail, commandId: index % 2 === 0 ? 'k-1' : 'k-2' }),
  );

/** Each key has one answer, each accepted key a version of its own, and the last version is the table's. */
function checkPair(world: MemoryWorld, replies: readonly JsonObject[]): void {
  const versions = ['k-1', 'k-2'].flatMap((key) => {
    const mine = replies.filter(({ commandId }) => commandId === key);
    expect(new Set(mine.map(answerOf)).size).toBe(1);
    return mine[0]?.['commandStatus'] === 'rejected' ? [] : [Number(mine[0]?.['version'])];
  });
  const subjects = ['order#6101', 'customer#c-1', 'item#z1'].map((pk) => world.tables['OrdersTable']?.get(pk));
  const version = subjects.find((subject) => subject !== undefined)?.['version'];
  const stored = isObject(version) ? Number(version['N']) : 0;
  expect(versions.length).toBeGreaterThan(0);
  const first = stored - versions.length + 1;
  expect(versions.toSorted()).toEqual(versions.map((_, index) => first + index));
  if (!replies.some(({ commandStatus }) => commandStatus === 'customerForgotten')) return;
  expect(world.tables['OrdersTable']?.get('customer#c-1')).toMatchObject({
    status: { S: 'forgotten' },
    name: { NULL: true },
    email: { NULL: true },
    contentHash: { S: 'forgotten' },
  });
}

const worldWith = async (world: MemoryWorld, name: string): Promise<MemoryWorld> => {
  if (!/customer|item/.test(name)) await world.put('OrdersTable', storedOrder());
  return world;
};

describe('the same changes', () => {
  test.each(Object.entries(pairs))('%s, delivered twice in every order', async (name, pair) => {
    const each = pairDeliveries(pair);
    for (const order of permutations([0, 1, 2, 3])) {
      const world = await worldWith(createMemoryWorld(), name);
      const replies: JsonObject[] = [];
      for (const index of order) replies.push(replyOf(await world.run(each[index] ?? null)));
      checkPair(world, replies);
      expect(replies.filter(({ duplicate }) => duplicate === true)).toHaveLength(2);
    }
  });

  test.each(Object.entries(pairs))(
    `%s, delivered twice at once, 20 times, with answers lost (SEED=${seed})`,
    async (name, pair) => {
      for (let round = 0; round < 20; round += 1) {
        const world = await worldWith(turbulentWorld(seed + round), name);
        const outcomes = await Promise.all(pairDeliveries(pair).map((delivery) => world.run(delivery)));
        checkPair(world, outcomes.map(replyOf));
      }
    },
  );

  test(`8 updates at once are all done, each at a version of its own (SEED=${seed})`, async () => {
    const world = await worldWith(turbulentWorld(seed), 'updates');
    const updates = Array.from({ length: 8 }, (_, index) =>
      world.run(command(`e-${index}`, { ...pairs['two updates']?.[0], items: [{ itemid: `z${index}`, quantity: 1 }] })),
    );
    const versions = (await Promise.all(updates)).map((outcome) => Number(replyOf(outcome)['version']));
    expect(versions.toSorted()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('an update under a key that creates the order meanwhile', () => {
  /** The update; while its refusal is about to be recorded, the create and a second delivery of the update come through. */
  async function meet(): Promise<JsonObject[]> {
    const update = (id: string): JsonObject =>
      command(id, { ...pairs['two updates']?.[0], command: 'updateOrder', commandId: 'k-1' });
    const others: JsonObject[] = [];
    const world: MemoryWorld = createMemoryWorld({
      interrupt: async ({ service, before }) => {
        if (service !== 'transactWriteItems' || before > 0) return undefined;
        others.push(replyOf(await world.run(command('e-2', createOrder({ commandId: 'k-1' })))));
        others.push(replyOf(await world.run(update('e-3'))));
        return undefined;
      },
    });
    return [replyOf(await world.run(update('e-1'))), ...others, replyOf(await world.run(update('e-4')))];
  }

  test('gets one answer for all its deliveries: a refusal is recorded only while what it says is so', async () => {
    const [first, created, second, third] = await meet();
    expect(created).toMatchObject({ commandStatus: 'orderCreated' });
    expect(first).toMatchObject({ errors: [{ code: 'idempotencyKeyReused' }] });
    for (const other of [second, third]) expect(answerOf(other ?? {})).toBe(answerOf(first ?? {}));
  });
});

describe('the same commands', () => {
  test.each(permutations([0, 1, 2, 3]).map((order) => ({ order })))(
    'delivered in the order $order',
    async ({ order }) => {
      const world = createMemoryWorld();
      const replies: JsonObject[] = [];
      for (const index of order) replies.push(replyOf(await world.run(deliveries[index] ?? null)));
      checkReplies(world, replies, true);
    },
  );

  test(`delivered at once, 60 times, with answers lost (SEED=${seed})`, async () => {
    for (let round = 0; round < 60; round += 1) {
      const world = turbulentWorld(seed + round);
      const outcomes = await Promise.all([...deliveries, ...deliveries].map((delivery) => world.run(delivery)));
      checkReplies(world, outcomes.map(replyOf), false);
    }
  });

  test(`without a key, sent 20 times at once with new event ids (SEED=${seed})`, async () => {
    const world = turbulentWorld(seed);
    const sent = Array.from({ length: 20 }, (_, index) => world.run(command(`e-${index}`, createOrder())));
    const replies = (await Promise.all(sent)).map(replyOf);
    expect(new Set(replies.map(answerOf)).size).toBe(1);
    expect(replies[0]).toMatchObject({ commandStatus: 'orderCreated' });
    expect(replies.filter(({ duplicate }) => duplicate === undefined).length).toBeLessThanOrEqual(1);
  });
});
