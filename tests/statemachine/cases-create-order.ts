/** createOrder: done once, answered again, refused. */
import { StateError } from '../support/asl-jsonata';
import type { Case } from './case';
import { alreadyExists, command, created, createOrder, CONTENT, hashOf, keyReused, refused, storedOrder } from './case';

const OTHER_ITEMS = { items: [{ itemid: 'z4444', quantity: 1 }] };
const failedCondition = new StateError('DynamoDB.ConditionalCheckFailedException', 'The conditional request failed');

export const createOrderCases: readonly Case[] = [
  {
    name: 'creates an order under the sender’s key',
    steps: [{ send: command('e-1', createOrder({ commandId: 'k-1' })), reply: created('e-1', 'k-1') }],
    order: { ...storedOrder(), createdBy: { S: 'k-1' }, eventId: { S: 'e-1' } },
  },
  {
    name: 'creates an order under the event’s id, with a customer, its items summed and sorted, the fraction of its time dropped',
    steps: [
      {
        send: command(
          'e-1',
          createOrder({
            customerId: 'c-1',
            unknown: { ignored: true },
            items: [
              { itemid: 'z9', quantity: 1_000_000, note: 'ignored' },
              { itemid: '__proto__', quantity: 2 },
              { itemid: 'Z9', quantity: 3 },
              { itemid: 'z9', quantity: 1_000_000 },
            ],
          }),
          { time: '2024-02-29T23:59:59.987Z' },
        ),
        reply: created('e-1', 'e-1'),
      },
    ],
    order: {
      pk: { S: 'order#6101' },
      orderid: { S: '6101' },
      customerid: { S: 'c-1' },
      status: { S: 'active' },
      version: { N: '1' },
      orderdate: { S: '2024-02-29T23:59:59Z' },
      items: {
        L: [
          { M: { itemid: { S: 'Z9' }, quantity: { N: '3' } } },
          { M: { itemid: { S: '__proto__' }, quantity: { N: '2' } } },
          { M: { itemid: { S: 'z9' }, quantity: { N: '2000000' } } },
        ],
      },
      createdBy: { S: 'e-1' },
      contentHash: { S: hashOf('createOrder 6101 c-1 Z9*3 __proto__*2 z9*2000000') },
      eventId: { S: 'e-1' },
    },
  },
  {
    name: 'creates an order of 100 lines of the same item',
    steps: [
      {
        send: command('e-1', createOrder({ items: Array(100).fill({ itemid: 'z', quantity: 1_000_000 }) as [] })),
        reply: created('e-1', 'e-1'),
      },
    ],
    order: { items: { L: [{ M: { itemid: { S: 'z' }, quantity: { N: '100000000' } } }] } },
  },
  {
    name: 'repeats the answer to a key that created the order, whatever the order of its lines',
    steps: [
      {
        send: command(
          'e-1',
          createOrder({
            commandId: 'k',
            items: [
              { itemid: 'a', quantity: 1 },
              { itemid: 'b', quantity: 2 },
            ],
          }),
        ),
        reply: created('e-1', 'k'),
      },
      {
        send: command(
          'e-2',
          createOrder({
            commandId: 'k',
            items: [
              { itemid: 'b', quantity: 2 },
              { itemid: 'a', quantity: 1 },
            ],
          }),
          { time: '2023-01-01T00:00:00Z' },
        ),
        reply: created('e-2', 'k', { duplicate: true }),
      },
    ],
    order: { orderdate: { S: '2022-10-13T19:00:00Z' }, eventId: { S: 'e-1' } },
  },
  {
    name: 'repeats the answer to an event that is delivered twice',
    steps: [
      { send: command('e-1', createOrder()), reply: created('e-1', 'e-1') },
      { send: command('e-1', createOrder()), reply: created('e-1', 'e-1', { duplicate: true }) },
    ],
  },
  {
    name: 'takes the same content without a key for the sender’s retry, and answers with the key that created',
    orders: [storedOrder()],
    steps: [{ send: command('e-1', createOrder()), reply: created('e-1', 'k-0', { duplicate: true }) }],
  },
  {
    name: 'refuses other content under the key that created the order',
    orders: [storedOrder()],
    steps: [
      {
        send: command('e-1', createOrder({ commandId: 'k-0', ...OTHER_ITEMS })),
        reply: refused('e-1', 'k-0', [keyReused]),
      },
      { send: command('e-2', createOrder({ commandId: 'k-0' })), reply: created('e-2', 'k-0', { duplicate: true }) },
    ],
    order: storedOrder(),
  },
  {
    name: 'takes another customer for another content',
    orders: [storedOrder()],
    steps: [
      {
        send: command('e-1', createOrder({ commandId: 'k-0', customerId: 'c-1' })),
        reply: refused('e-1', 'k-0', [keyReused]),
      },
    ],
  },
  {
    name: 'refuses an order that exists, repeats that refusal, and spends the key on it',
    orders: [storedOrder()],
    steps: [
      { send: command('e-1', createOrder({ commandId: 'k-1' })), reply: refused('e-1', 'k-1', [alreadyExists]) },
      {
        send: command('e-2', createOrder({ commandId: 'k-1' })),
        reply: refused('e-2', 'k-1', [alreadyExists], { duplicate: true }),
      },
      {
        send: command('e-3', createOrder({ commandId: 'k-1', ...OTHER_ITEMS })),
        reply: refused('e-3', 'k-1', [keyReused]),
      },
    ],
    order: storedOrder(),
  },
  {
    name: 'refuses other content without a key',
    orders: [storedOrder()],
    steps: [{ send: command('e-1', createOrder(OTHER_ITEMS)), reply: refused('e-1', 'e-1', [alreadyExists]) }],
    order: storedOrder(),
  },
  {
    name: 'refuses where something that the workflow did not write stands in the order’s place',
    orders: [{ pk: { S: 'order#6101' } }],
    steps: [{ send: command('e-1', createOrder()), reply: refused('e-1', 'e-1', [alreadyExists]) }],
  },
  {
    name: 'says duplicate where the answer to its own write was lost',
    interrupt: ({ service, target, before }) =>
      service === 'putItem' && target === 'OrdersTable' && before === 0 ? 'lost' : undefined,
    steps: [
      { send: command('e-1', createOrder({ commandId: 'k-1' })), reply: created('e-1', 'k-1', { duplicate: true }) },
    ],
  },
  {
    name: 'repeats a refusal that another delivery recorded first',
    orders: [storedOrder()],
    interrupt: ({ service, before }) => (service === 'transactWriteItems' && before === 0 ? 'lost' : undefined),
    steps: [
      {
        send: command('e-1', createOrder({ commandId: 'k-1' })),
        reply: refused('e-1', 'k-1', [alreadyExists], { duplicate: true }),
      },
    ],
  },
  {
    name: 'creates again where the order went away in between',
    interrupt: ({ service, target, before }) => {
      if (service === 'putItem' && target === 'OrdersTable' && before === 0) throw failedCondition;
      return undefined;
    },
    steps: [{ send: command('e-1', createOrder({ commandId: 'k-1' })), reply: created('e-1', 'k-1') }],
  },
  {
    name: 'gives up, and parks, where the order keeps coming and going',
    interrupt: ({ service, target }) => {
      if (service === 'putItem' && target === 'OrdersTable') throw failedCondition;
      return undefined;
    },
    steps: [{ send: command('e-1', createOrder()), parks: /^OrderPipeline\.Contended$/ }],
    order: null,
  },
  {
    name: 'goes by what is recorded of a key whose order went away',
    commands: [
      {
        pk: { S: 'order#6101#k-1' },
        contentHash: { S: hashOf(CONTENT) },
        answer: { S: '{"commandStatus":"rejected","errors":[]}' },
      },
    ],
    interrupt: ({ service, target }) => {
      if (service === 'putItem' && target === 'OrdersTable') throw failedCondition;
      return undefined;
    },
    steps: [
      {
        send: command('e-1', createOrder({ commandId: 'k-1' })),
        reply: refused('e-1', 'k-1', [], { duplicate: true }),
      },
    ],
  },
];
