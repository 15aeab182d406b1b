/** What fails though the command was good: tried again, and in the end parked with the error. */
import { StateError } from '../support/asl-jsonata';
import type { Interrupt } from '../support/workflow-memory';
import { alreadyExists, command, created, createOrder, event, query, refused, storedOrder, type Case } from './case';

/** Fails the first calls of a service. */
const failing =
  (service: string, times: number, error: string): Interrupt =>
  (call) => {
    if (call.service === service && call.before < times) throw new StateError(error, 'injected');
    return undefined;
  };

const NOT_AN_EVENT = /^OrderPipeline\.NotAnEvent$/;
const TOO_LARGE = /^OrderPipeline\.EventTooLarge$/;
const THROTTLED = 'DynamoDB.ThrottlingException';

const foreign: readonly Case[] = [
  { name: 'parks an input started by hand', steps: [{ send: { hello: 'world' }, parks: NOT_AN_EVENT }] },
  { name: 'parks an input that is no object', steps: [{ send: ['orderCommand'], parks: NOT_AN_EVENT }] },
  {
    name: 'parks a list of events',
    steps: [{ send: [command('e-1', createOrder())], parks: NOT_AN_EVENT }],
    order: null,
  },
  { name: 'parks an event of another type', steps: [{ send: event('orderShipped', 'e-1', {}), parks: NOT_AN_EVENT }] },
  {
    name: 'parks an event whose id cannot be a key',
    steps: [
      { send: command('', createOrder()), parks: NOT_AN_EVENT },
      { send: command('e 1', createOrder()), parks: NOT_AN_EVENT },
      { send: command('e'.repeat(65), createOrder()), parks: NOT_AN_EVENT },
    ],
    order: null,
  },
];

const sizes: readonly Case[] = [
  {
    name: 'parks an event of more than 200 000 bytes before any work',
    steps: [{ send: command('e-1', createOrder({ note: 'x'.repeat(200_000) })), parks: TOO_LARGE }],
    order: null,
  },
  {
    name: 'parks an event of fewer characters that may be as many bytes',
    steps: [{ send: command('e-1', createOrder({ note: '😀'.repeat(50_000) })), parks: TOO_LARGE }],
    order: null,
  },
  {
    name: 'does an event of nearly 200 000 bytes',
    steps: [{ send: command('e-1', createOrder({ note: 'x'.repeat(199_000) })), reply: created('e-1', 'e-1') }],
  },
  {
    name: 'parks a large event whose type is unknown as too large',
    steps: [{ send: ['x'.repeat(250_000)], parks: TOO_LARGE }],
  },
];

const down: readonly Case[] = [
  {
    name: 'parks a command where the orders cannot be written',
    missing: ['OrdersTable'],
    steps: [{ send: command('e-1', createOrder()), parks: /^DynamoDB\.ResourceNotFoundException$/ }],
  },
  {
    name: 'parks a command where the answers given cannot be read',
    missing: ['CommandsTable'],
    orders: [storedOrder()],
    steps: [{ send: command('e-1', createOrder({ commandId: 'k-1' })), parks: /ResourceNotFound/ }],
  },
  {
    name: 'still creates orders where the answers given cannot be read',
    missing: ['CommandsTable'],
    steps: [{ send: command('e-1', createOrder()), reply: created('e-1', 'e-1') }],
  },
  {
    name: 'parks what no expression can read: a recorded answer that is no JSON',
    orders: [storedOrder()],
    commands: [
      { pk: { S: 'order#6101#k-1' }, contentHash: storedOrder()['contentHash'] ?? null, answer: { S: 'no JSON' } },
    ],
    steps: [{ send: command('e-1', createOrder({ commandId: 'k-1' })), parks: /^States\.QueryEvaluationError$/ }],
  },
  {
    name: 'creates an order after three throttled writes',
    interrupt: failing('putItem', 3, THROTTLED),
    steps: [{ send: command('e-1', createOrder()), reply: created('e-1', 'e-1') }],
  },
  {
    name: 'parks an order after four throttled writes',
    interrupt: failing('putItem', 4, THROTTLED),
    steps: [{ send: command('e-1', createOrder()), parks: /^DynamoDB\.ThrottlingException$/ }],
    order: null,
  },
  {
    name: 'looks again after three reads that collided with writes',
    orders: [storedOrder()],
    interrupt: failing('transactGetItems', 3, 'DynamoDb.TransactionCanceledException'),
    steps: [{ send: command('e-1', createOrder({ commandId: 'k-1' })), reply: refused('e-1', 'k-1', [alreadyExists]) }],
  },
  {
    name: 'parks a command whose reply the bus refuses, and answers it when it is sent again',
    interrupt: failing('putEvents', 4, 'EventBridge.FailedEntry'),
    steps: [
      { send: command('e-1', createOrder()), parks: /^EventBridge\.FailedEntry$/ },
      { send: command('e-1', createOrder()), reply: created('e-1', 'e-1', { duplicate: true }) },
    ],
  },
  {
    name: 'answers a query after two timeouts of its function',
    interrupt: failing('invoke', 2, 'States.Timeout'),
    steps: [
      {
        send: query('q-1', { query: 'monthlySalesByItem', itemid: 'z' }),
        reply: {
          query: 'monthlySalesByItem',
          queryMessageId: 'q-1',
          queryItemId: 'z',
          queryStatus: 200,
          queryResult: [{ queryMessageId: 'q-1', detail: { query: 'monthlySalesByItem', itemid: 'z' } }],
        },
      },
    ],
  },
  {
    name: 'parks after four attempts at parking failed',
    interrupt: failing('sendMessage', 4, 'SQS.InternalError'),
    steps: [{ send: {}, parks: NOT_AN_EVENT }],
  },
];

export const failureCases: readonly Case[] = [...foreign, ...sizes, ...down];
