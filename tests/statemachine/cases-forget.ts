/** forgetCustomer: the data goes, the key and the version stay; late registrations do not bring it back, new ones are done. */
import type { Json, JsonObject } from '../support/asl-definition';
import type { Case } from './case';
import { command, fault, hashOf, keyReusedFor } from './case';

const registerCustomer = (more: JsonObject = {}): JsonObject => ({
  command: 'registerCustomer',
  customerId: 'c-1',
  name: 'Ada',
  email: 'ada@example.com',
  ...more,
});
const forgetCustomer = (more: JsonObject = {}): JsonObject => ({
  command: 'forgetCustomer',
  customerId: 'c-1',
  ...more,
});

const reply =
  (name: string) =>
  (id: string, commandId: Json, answer: JsonObject): JsonObject => ({
    command: name,
    commandMessageId: id,
    commandId,
    customerid: 'c-1',
    ...answer,
  });
const toRegister = reply('registerCustomer');
const toForget = reply('forgetCustomer');

const registered = (version: number, more: JsonObject = {}): JsonObject => ({
  commandStatus: 'customerRegistered',
  version,
  ...more,
});
const forgotten = (version: number, more: JsonObject = {}): JsonObject => ({
  commandStatus: 'customerForgotten',
  version,
  ...more,
});
const again = { duplicate: true };
const rejected = (...errors: readonly Json[]): JsonObject => ({ commandStatus: 'rejected', errors });
const notFound = rejected({
  code: 'customerNotFound',
  path: 'customerId',
  message: 'there is no customer c-1: await the reply to its registerCustomer, then send again under a new commandId',
});

/** A customer as a registration with the key `A` leaves it. */
const stored: JsonObject = {
  pk: { S: 'customer#c-1' },
  customerid: { S: 'c-1' },
  status: { S: 'active' },
  name: { S: 'Ada' },
  email: { S: 'ada@example.com' },
  version: { N: '1' },
  createdBy: { S: 'A' },
  contentHash: { S: hashOf('registerCustomer c-1 3 Ada ada@example.com') },
  eventId: { S: 'e-0' },
};

/** What stays of it. */
const tombstone: JsonObject = {
  pk: { S: 'customer#c-1' },
  customerid: { S: 'c-1' },
  status: { S: 'forgotten' },
  name: { NULL: true },
  email: { NULL: true },
  createdBy: { S: 'A' },
  contentHash: { S: 'forgotten' },
};

const register = (id: string, key: string, version: number, more: JsonObject = {}, detail: JsonObject = {}) => ({
  send: command(id, registerCustomer({ commandId: key, ...detail })),
  reply: toRegister(id, key, registered(version, more)),
});
const forget = (id: string, key: string, version: number, more: JsonObject = {}) => ({
  send: command(id, forgetCustomer({ commandId: key })),
  reply: toForget(id, key, forgotten(version, more)),
});

export const forgetCases: readonly Case[] = [
  {
    name: 'forgets a customer: key and version stay, name, address and their hash go',
    orders: [stored],
    steps: [
      {
        send: command('e-1', forgetCustomer({ name: 7, email: null, orderId: '' }), { time: 'junk' }),
        reply: toForget('e-1', 'e-1', forgotten(2)),
      },
    ],
    items: { 'customer#c-1': { ...tombstone, version: { N: '2' }, eventId: { S: 'e-1' } } },
  },
  {
    name: 'forgets a customer that was registered before items had a status',
    orders: [Object.fromEntries(Object.entries(stored).filter(([name]) => name !== 'status'))],
    steps: [forget('e-1', 'B', 2)],
    items: { 'customer#c-1': { ...tombstone, version: { N: '2' } } },
  },
  {
    name: 'after A, forgotten by B, A again and B again bring nothing back, however often',
    steps: [
      register('e-1', 'A', 1),
      forget('e-2', 'B', 2),
      register('e-1', 'A', 1, again),
      forget('e-2', 'B', 2, again),
      register('e-3', 'A', 1, again),
    ],
    items: { 'customer#c-1': { ...tombstone, version: { N: '2' } } },
  },
  {
    name: 'forgets a changed profile too; both its registrations are answered as they were first',
    steps: [
      register('e-1', 'A', 1),
      register('e-2', 'B', 2, {}, { name: 'Eva' }),
      forget('e-3', 'C', 3),
      register('e-4', 'B', 2, again, { name: 'Eva' }),
      register('e-5', 'A', 1, again),
    ],
    items: { 'customer#c-1': { ...tombstone, version: { N: '3' } } },
  },
  {
    name: 'registers a forgotten customer anew, and still answers the first key as it did first',
    steps: [
      register('e-1', 'A', 1),
      forget('e-2', 'B', 2),
      register('e-3', 'C', 3, {}, { name: 'Eva' }),
      register('e-4', 'A', 1, again),
      forget('e-5', 'B', 2, again),
      register('e-6', 'C', 3, again, { name: 'Eva' }),
    ],
    items: {
      'customer#c-1': { status: { S: 'active' }, name: { S: 'Eva' }, version: { N: '3' }, createdBy: { S: 'A' } },
    },
  },
  {
    name: 'forgets again who registered again',
    orders: [{ ...stored, ...tombstone, version: { N: '2' } }],
    steps: [register('e-1', 'C', 3), forget('e-2', 'D', 4), register('e-3', 'C', 3, again)],
    items: { 'customer#c-1': { ...tombstone, version: { N: '4' } } },
  },
  {
    name: 'answers the first key of a forgotten customer alike whatever it comes with: nothing tells the contents apart',
    orders: [{ ...stored, ...tombstone, version: { N: '2' } }],
    steps: [register('e-1', 'A', 1, again, { name: 'Eva' })],
    items: { 'customer#c-1': tombstone },
  },
  {
    name: 'refuses to forget under a key that registered the customer, before and after it is forgotten',
    orders: [stored],
    steps: [
      {
        send: command('e-1', forgetCustomer({ commandId: 'A' })),
        reply: toForget('e-1', 'A', rejected(keyReusedFor('customer'))),
      },
      forget('e-2', 'B', 2),
      {
        send: command('e-3', forgetCustomer({ commandId: 'A' })),
        reply: toForget('e-3', 'A', rejected(keyReusedFor('customer'))),
      },
      {
        send: command('e-4', registerCustomer({ commandId: 'B' })),
        reply: toRegister('e-4', 'B', rejected(keyReusedFor('customer'))),
      },
    ],
    items: { 'customer#c-1': tombstone },
  },
  {
    name: 'refuses to forget who is not registered, and repeats that even when they are',
    steps: [
      { send: command('e-1', forgetCustomer({ commandId: 'B' })), reply: toForget('e-1', 'B', notFound) },
      register('e-2', 'A', 1),
      {
        send: command('e-1', forgetCustomer({ commandId: 'B' })),
        reply: toForget('e-1', 'B', { ...notFound, ...again }),
      },
    ],
    items: { 'customer#c-1': { status: { S: 'active' }, version: { N: '1' } } },
  },
  {
    name: 'refuses to forget who is forgotten already',
    orders: [{ ...stored, ...tombstone, version: { N: '2' } }],
    steps: [
      { send: command('e-1', forgetCustomer()), reply: toForget('e-1', 'e-1', notFound) },
      { send: command('e-1', forgetCustomer()), reply: toForget('e-1', 'e-1', { ...notFound, ...again }) },
    ],
    items: { 'customer#c-1': { ...tombstone, version: { N: '2' } } },
  },
  {
    name: 'refuses a forgetCustomer that names nobody',
    steps: [
      {
        send: command('e-1', { command: 'forgetCustomer', commandId: 7 }),
        reply: {
          ...toForget('e-1', null, rejected(fault('customerId', 'id'), fault('commandId', 'id'))),
          customerid: null,
        },
      },
    ],
  },
];
