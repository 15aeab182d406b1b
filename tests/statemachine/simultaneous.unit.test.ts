/** The same commands delivered often, in every order and at once: one order, one first answer, the rest duplicates. */
import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../support/asl-definition';
import type { Outcome } from '../support/asl-interpreter';
import { seededRandom } from '../support/random';
import { createMemoryWorld, type MemoryWorld } from '../support/workflow-memory';
import { command, createOrder } from './case';

const seed = Number(process.env['ORDER_PIPELINE_SEED'] ?? Date.now() % 1_000_000);

/** A world whose calls wait a random number of turns, and one in 20 of whose writes loses its answer. */
function turbulentWorld(start: number): MemoryWorld {
  const random = seededRandom(start);
  return createMemoryWorld({
    interrupt: async ({ service }) => {
      for (let turns = Math.floor(random() * 6); turns > 0; turns -= 1) await new Promise(setImmediate);
      return service === 'putItem' && random() < 0.05 ? 'lost' : undefined;
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

  test(`delivered at once, 60 times, with answers lost (ORDER_PIPELINE_SEED=${seed})`, async () => {
    for (let round = 0; round < 60; round += 1) {
      const world = turbulentWorld(seed + round);
      const outcomes = await Promise.all([...deliveries, ...deliveries].map((delivery) => world.run(delivery)));
      checkReplies(world, outcomes.map(replyOf), false);
    }
  }, 60_000);

  test(`without a key, sent 20 times at once with new event ids (ORDER_PIPELINE_SEED=${seed})`, async () => {
    const world = turbulentWorld(seed);
    const sent = Array.from({ length: 20 }, (_, index) => world.run(command(`e-${index}`, createOrder())));
    const replies = (await Promise.all(sent)).map(replyOf);
    expect(new Set(replies.map(answerOf)).size).toBe(1);
    expect(replies[0]).toMatchObject({ commandStatus: 'orderCreated' });
    expect(replies.filter(({ duplicate }) => duplicate === undefined).length).toBeLessThanOrEqual(1);
  });
});
