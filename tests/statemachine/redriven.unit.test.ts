/** A createOrder without a key that was parked, and is put on the bus again by the tool, under another event id: docs/cli.md has the table. */
import { expect, test } from '@jest/globals';
import { entryAgain } from '../../cli/failed-events';
import type { JsonObject } from '../support/asl-definition';
import { createMemoryWorld, type MemoryWorld } from '../support/workflow-memory';
import { command, createOrder } from './case';

const order = createOrder();
const other = createOrder({ items: [{ itemid: 'a', quantity: 2 }] });
const update = { command: 'updateOrder', orderId: '6101', items: [{ itemid: 'a', quantity: 9 }] };
const cancel = { command: 'cancelOrder', orderId: '6101' };

/** The parked event as it comes again, under an id of its own. */
const again = (): JsonObject => {
  const { detail } = entryAgain(command('old', order));
  return command('new', JSON.parse(detail) as JsonObject);
};

async function reply(world: MemoryWorld, delivery: JsonObject): Promise<unknown> {
  const outcome = await world.run(delivery);
  return outcome.status === 'FAILED' ? outcome.error : outcome.output;
}

const created = { commandStatus: 'orderCreated', version: 1 };
const refused = { commandStatus: 'rejected', errors: [expect.objectContaining({ code: 'orderAlreadyExists' })] };

test.each<[string, JsonObject[], object]>([
  ['was not there', [], { ...created, commandId: 'new' }],
  ['was created by it', [command('old', order)], { ...created, commandId: 'old', duplicate: true }],
  ['was created by the retry', [command('retry', order)], { ...created, commandId: 'retry', duplicate: true }],
  [
    'was updated since',
    [command('old', order), command('u', update)],
    { ...created, commandId: 'old', duplicate: true },
  ],
  ['was cancelled since', [command('retry', order), command('c', cancel)], { ...created, duplicate: true }],
  ['is another’s', [command('another', other)], refused],
  ['was refused when it was parked', [command('another', other), command('old', order)], refused],
])('of an order that %s', async (_, before, expected) => {
  const world = createMemoryWorld();
  for (const delivery of before) await reply(world, delivery);
  const was = structuredClone(world.tables['OrdersTable']?.get('order#6101'));
  expect(await reply(world, again())).toMatchObject(expected);
  if (was !== undefined) expect(world.tables['OrdersTable']?.get('order#6101')).toEqual(was);
  expect(world.tables['OrdersTable']?.size).toBe(1);
});
