/** updateOrder and cancelOrder: done once, answered again, refused. */
import type { Json, JsonObject } from '../support/asl-definition';
import { StateError } from '../support/asl-jsonata';
import type { Interrupt } from '../support/workflow-memory';
import type { Case } from './case';
import { command, created, createOrder, fault, hashOf, keyReused, storedOrder } from './case';

const ITEMS = [{ itemid: 'z4444', quantity: 2 }];

const updateOrder = (more: JsonObject = {}): JsonObject => ({
  command: 'updateOrder',
  orderId: '6101',
  items: ITEMS,
  ...more,
});
const cancelOrder = (more: JsonObject = {}): JsonObject => ({ command: 'cancelOrder', orderId: '6101', ...more });

/** The reply to one of the two. */
const reply =
  (name: string) =>
  (id: string, commandId: Json, answer: JsonObject): JsonObject => ({
    command: name,
    commandMessageId: id,
    commandId,
    orderid: '6101',
    ...answer,
  });
const toUpdate = reply('updateOrder');
const toCancel = reply('cancelOrder');

const updated = (version: number): JsonObject => ({ commandStatus: 'orderUpdated', version });
const cancelled = (version: number): JsonObject => ({ commandStatus: 'orderCancelled', version });
const again = { duplicate: true };
const rejected = (...errors: readonly Json[]): JsonObject => ({ commandStatus: 'rejected', errors });

const notFound = rejected({
  code: 'orderNotFound',
  path: 'orderId',
  message: 'there is no order 6101: await the reply to its createOrder, then send again under a new commandId',
});
const notActive = rejected({
  code: 'orderNotActive',
  path: 'orderId',
  message: 'the order 6101 is cancelled: it can be changed no more',
});
const conflict = (version: number): JsonObject => ({
  ...rejected({
    code: 'versionConflict',
    path: 'expectedVersion',
    message: `the order 6101 is at version ${version}: look at what changed, then send again under a new commandId`,
  }),
  currentVersion: version,
});

const cancelledOrder = { ...storedOrder(), status: { S: 'cancelled' }, version: { N: '2' } };
const changedItems = { L: [{ M: { itemid: { S: 'z4444' }, quantity: { N: '2' } } }] };

const accepted: readonly Case[] = [
  {
    name: 'replaces an order’s items, summed and sorted, and touches nothing else',
    orders: [{ ...storedOrder(), customerid: { S: 'c-1' } }],
    steps: [
      {
        send: command(
          'e-1',
          updateOrder({
            commandId: 'k-1',
            customerId: 7,
            items: [
              { itemid: 'z9', quantity: 1 },
              { itemid: '__proto__', quantity: 2 },
              { itemid: 'z9', quantity: 1_000_000 },
            ],
          }),
          { time: '2023-01-01T00:00:00Z' },
        ),
        reply: toUpdate('e-1', 'k-1', updated(2)),
      },
    ],
    order: {
      ...storedOrder(),
      customerid: { S: 'c-1' },
      version: { N: '2' },
      items: {
        L: [
          { M: { itemid: { S: '__proto__' }, quantity: { N: '2' } } },
          { M: { itemid: { S: 'z9' }, quantity: { N: '1000001' } } },
        ],
      },
      eventId: { S: 'e-1' },
    },
  },
  {
    name: 'changes an order at the version that the sender expects, again and again',
    orders: [storedOrder()],
    steps: [1, 2, 3].map((version) => ({
      send: command(`e-${version}`, updateOrder({ expectedVersion: version })),
      reply: toUpdate(`e-${version}`, `e-${version}`, updated(version + 1)),
    })),
    order: { version: { N: '4' }, items: changedItems, createdBy: { S: 'k-0' } },
  },
  {
    name: 'cancels an order whatever items come with it, and keeps its own',
    orders: [storedOrder()],
    steps: [
      {
        send: command('e-1', cancelOrder({ items: 'junk', expectedVersion: 1 }), { time: 'junk' }),
        reply: toCancel('e-1', 'e-1', cancelled(2)),
      },
    ],
    order: { ...cancelledOrder, eventId: { S: 'e-1' } },
  },
];

const repeated: readonly Case[] = [
  {
    name: 'does A, B, and A again once each, though A came last',
    orders: [storedOrder()],
    steps: [
      { send: command('e-1', updateOrder({ commandId: 'A' })), reply: toUpdate('e-1', 'A', updated(2)) },
      {
        send: command('e-2', updateOrder({ commandId: 'B', items: [{ itemid: 'b', quantity: 1 }] })),
        reply: toUpdate('e-2', 'B', updated(3)),
      },
      {
        send: command('e-3', updateOrder({ commandId: 'A' })),
        reply: toUpdate('e-3', 'A', { ...updated(2), ...again }),
      },
    ],
    order: { version: { N: '3' }, items: { L: [{ M: { itemid: { S: 'b' }, quantity: { N: '1' } } }] } },
  },
  {
    name: 'answers the create of an order that was changed and cancelled since as it did first',
    steps: [
      { send: command('e-1', createOrder({ commandId: 'k-1' })), reply: created('e-1', 'k-1') },
      { send: command('e-2', updateOrder()), reply: toUpdate('e-2', 'e-2', updated(2)) },
      { send: command('e-3', cancelOrder()), reply: toCancel('e-3', 'e-3', cancelled(3)) },
      { send: command('e-4', createOrder({ commandId: 'k-1' })), reply: created('e-4', 'k-1', again) },
      { send: command('e-3', cancelOrder()), reply: toCancel('e-3', 'e-3', { ...cancelled(3), ...again }) },
    ],
    order: { status: { S: 'cancelled' }, version: { N: '3' }, items: changedItems },
  },
  {
    name: 'refuses a key that was used for another command, or for other content, of the order',
    orders: [storedOrder()],
    steps: [
      {
        send: command('e-1', cancelOrder({ commandId: 'k-0' })),
        reply: toCancel('e-1', 'k-0', rejected(keyReused)),
      },
      { send: command('e-2', updateOrder({ commandId: 'k-1' })), reply: toUpdate('e-2', 'k-1', updated(2)) },
      {
        send: command('e-3', updateOrder({ commandId: 'k-1', expectedVersion: 2 })),
        reply: toUpdate('e-3', 'k-1', rejected(keyReused)),
      },
      { send: command('e-4', cancelOrder({ commandId: 'k-1' })), reply: toCancel('e-4', 'k-1', rejected(keyReused)) },
    ],
    order: { status: { S: 'active' }, version: { N: '2' } },
  },
];

const refusedCases: readonly Case[] = [
  {
    name: 'refuses to change an order that is not there, and repeats that even when it is there',
    steps: [
      { send: command('e-1', updateOrder({ commandId: 'k-1' })), reply: toUpdate('e-1', 'k-1', notFound) },
      { send: command('e-2', createOrder({ commandId: 'k-2' })), reply: created('e-2', 'k-2') },
      {
        send: command('e-3', updateOrder({ commandId: 'k-1' })),
        reply: toUpdate('e-3', 'k-1', { ...notFound, ...again }),
      },
      { send: command('e-4', updateOrder({ commandId: 'k-3' })), reply: toUpdate('e-4', 'k-3', updated(2)) },
    ],
    order: { version: { N: '2' } },
  },
  {
    name: 'creates an order under a key that was refused for want of it, and repeats that refusal: the price of one write',
    steps: [
      { send: command('e-1', cancelOrder({ commandId: 'k-1' })), reply: toCancel('e-1', 'k-1', notFound) },
      { send: command('e-2', createOrder({ commandId: 'k-1' })), reply: created('e-2', 'k-1') },
      { send: command('e-3', createOrder({ commandId: 'k-1' })), reply: created('e-3', 'k-1', again) },
      {
        send: command('e-1', cancelOrder({ commandId: 'k-1' })),
        reply: toCancel('e-1', 'k-1', { ...notFound, ...again }),
      },
    ],
    order: { status: { S: 'active' }, version: { N: '1' }, createdBy: { S: 'k-1' } },
  },
  {
    name: 'refuses to cancel an order that is not there',
    steps: [{ send: command('e-1', cancelOrder()), reply: toCancel('e-1', 'e-1', notFound) }],
    order: null,
  },
  {
    name: 'refuses to change an order that is cancelled, whatever version is expected',
    orders: [cancelledOrder],
    steps: [
      {
        send: command('e-1', updateOrder({ expectedVersion: 1 })),
        reply: toUpdate('e-1', 'e-1', notActive),
      },
      { send: command('e-2', cancelOrder({ commandId: 'k-2' })), reply: toCancel('e-2', 'k-2', notActive) },
      {
        send: command('e-3', cancelOrder({ commandId: 'k-2' })),
        reply: toCancel('e-3', 'k-2', { ...notActive, ...again }),
      },
    ],
    order: cancelledOrder,
  },
  {
    name: 'refuses a version that is not the current one, with the current one, and repeats it when it would fit',
    orders: [storedOrder()],
    steps: [
      {
        send: command('e-1', updateOrder({ commandId: 'k-1', expectedVersion: 2 })),
        reply: toUpdate('e-1', 'k-1', conflict(1)),
      },
      { send: command('e-2', updateOrder()), reply: toUpdate('e-2', 'e-2', updated(2)) },
      {
        send: command('e-3', updateOrder({ commandId: 'k-1', expectedVersion: 2 })),
        reply: toUpdate('e-3', 'k-1', { ...conflict(1), ...again }),
      },
      {
        send: command('e-4', cancelOrder({ expectedVersion: 1_000_000_000 })),
        reply: toCancel('e-4', 'e-4', conflict(2)),
      },
    ],
    order: { status: { S: 'active' }, version: { N: '2' } },
  },
  ...[0, 1.5, '1', null, 1_000_000_001, 2 ** 63, [1]].map((expectedVersion): Case => ({
    name: `refuses ${JSON.stringify(expectedVersion)} for a version`,
    orders: [storedOrder()],
    steps: [
      {
        send: command('e-1', cancelOrder({ expectedVersion })),
        reply: toCancel('e-1', 'e-1', rejected(fault('expectedVersion', 'version'))),
      },
    ],
    order: storedOrder(),
  })),
  {
    name: 'refuses an update without items',
    orders: [storedOrder()],
    steps: [
      {
        send: command('e-1', { command: 'updateOrder', orderId: '6101' }),
        reply: toUpdate('e-1', 'e-1', rejected(fault('items', 'list'))),
      },
    ],
  },
  {
    name: 'parks a change of an order that somebody wrote without a version',
    orders: [{ pk: { S: 'order#6101' }, status: { S: 'active' } }],
    steps: [{ send: command('e-1', cancelOrder()), parks: /^States\.QueryEvaluationError$/ }],
    order: { status: { S: 'active' } },
  },
];

/** Cancels the first transactions for a reason. */
const cancelling =
  (times: number, reason: string): Interrupt =>
  ({ service, before }) => {
    if (service !== 'transactWriteItems' || before >= times) return undefined;
    throw new StateError('DynamoDb.TransactionCanceledException', `Transaction cancelled [None, ${reason}]`);
  };

const contended: readonly Case[] = [
  {
    name: 'says duplicate where the answer to its own change was lost',
    orders: [storedOrder()],
    interrupt: ({ service, before }) => (service === 'transactWriteItems' && before === 0 ? 'lost' : undefined),
    steps: [{ send: command('e-1', updateOrder()), reply: toUpdate('e-1', 'e-1', { ...updated(2), ...again }) }],
    order: { version: { N: '2' } },
  },
  ...['ConditionalCheckFailed', 'TransactionConflict', 'ThrottlingError'].map((reason): Case => ({
    name: `changes an order after twelve cancelled transactions: ${reason}`,
    orders: [storedOrder()],
    interrupt: cancelling(12, reason),
    steps: [{ send: command('e-1', updateOrder()), reply: toUpdate('e-1', 'e-1', updated(2)) }],
    order: { version: { N: '2' } },
  })),
  {
    name: 'gives up, and parks, where transactions keep being cancelled',
    orders: [storedOrder()],
    interrupt: cancelling(Infinity, 'ItemCollectionSizeLimitExceeded'),
    steps: [{ send: command('e-1', updateOrder()), parks: /^OrderPipeline\.Contended$/ }],
    order: storedOrder(),
  },
  {
    name: 'parks a change after four throttled writes, and does it when it is sent again',
    orders: [storedOrder()],
    interrupt: ({ service, before }) => {
      if (service !== 'transactWriteItems' || before >= 4) return undefined;
      throw new StateError('DynamoDb.ProvisionedThroughputExceededException', 'injected');
    },
    steps: [
      { send: command('e-1', cancelOrder()), parks: /^DynamoDb\.ProvisionedThroughputExceededException$/ },
      { send: command('e-1', cancelOrder()), reply: toCancel('e-1', 'e-1', cancelled(2)) },
    ],
  },
  {
    name: 'goes by the content: an expected version is part of it',
    orders: [storedOrder()],
    commands: [
      {
        pk: { S: 'order#6101#k-1' },
        contentHash: { S: hashOf('updateOrder 6101 7 z4444*2') },
        answer: { S: '{"commandStatus":"orderUpdated","version":8}' },
      },
    ],
    steps: [
      {
        send: command('e-1', updateOrder({ commandId: 'k-1', expectedVersion: 7 })),
        reply: toUpdate('e-1', 'k-1', { ...updated(8), ...again }),
      },
    ],
    order: storedOrder(),
  },
];

export const changeOrderCases: readonly Case[] = [...accepted, ...repeated, ...refusedCases, ...contended];
