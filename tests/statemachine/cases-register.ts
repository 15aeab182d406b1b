/** registerCustomer and registerItem: created, changed, answered again, refused. */
import type { Json, JsonObject } from '../support/asl-definition';
import type { Case } from './case';
import { command, fault, hashOf, keyReusedFor } from './case';

const ADA = { name: 'Ada Lovelace', email: 'ada@example.com' };

const registerCustomer = (more: JsonObject = {}): JsonObject => ({
  command: 'registerCustomer',
  customerId: 'c-1',
  ...ADA,
  ...more,
});
const registerItem = (more: JsonObject = {}): JsonObject => ({
  command: 'registerItem',
  itemid: 'z1',
  name: 'Lamp',
  tags: ['red'],
  ...more,
});

const toCustomer = (id: string, commandId: Json, answer: JsonObject): JsonObject => ({
  command: 'registerCustomer',
  commandMessageId: id,
  commandId,
  customerid: 'c-1',
  ...answer,
});
const toItem = (id: string, commandId: Json, answer: JsonObject): JsonObject => ({
  command: 'registerItem',
  commandMessageId: id,
  commandId,
  itemid: 'z1',
  ...answer,
});
const customer = (version: number, more: JsonObject = {}): JsonObject => ({
  commandStatus: 'customerRegistered',
  version,
  ...more,
});
const item = (version: number, more: JsonObject = {}): JsonObject => ({
  commandStatus: 'itemRegistered',
  version,
  ...more,
});
const again = { duplicate: true };
const rejected = (...errors: readonly Json[]): JsonObject => ({ commandStatus: 'rejected', errors });

const customers: readonly Case[] = [
  {
    name: 'registers a customer, in any script, by one write that remembers its key',
    steps: [
      {
        send: command('e-1', registerCustomer({ commandId: 'k-1', name: 'Ωλ 😀 "{% $x %}"', orderId: 7 })),
        reply: toCustomer('e-1', 'k-1', customer(1)),
      },
    ],
    items: {
      'customer#c-1': {
        customerid: { S: 'c-1' },
        name: { S: 'Ωλ 😀 "{% $x %}"' },
        email: { S: 'ada@example.com' },
        version: { N: '1' },
        createdBy: { S: 'k-1' },
        contentHash: { S: hashOf('registerCustomer c-1 15 Ωλ 😀 "{% $x %}" ada@example.com') },
        eventId: { S: 'e-1' },
      },
    },
  },
  {
    name: 'changes a profile, and does A, B, and A again once each',
    steps: [
      { send: command('e-1', registerCustomer({ commandId: 'A' })), reply: toCustomer('e-1', 'A', customer(1)) },
      {
        send: command('e-2', registerCustomer({ commandId: 'B', name: 'Ada King' })),
        reply: toCustomer('e-2', 'B', customer(2)),
      },
      { send: command('e-3', registerCustomer({ commandId: 'A' })), reply: toCustomer('e-3', 'A', customer(1, again)) },
      {
        send: command('e-4', registerCustomer({ commandId: 'B', name: 'Ada King' })),
        reply: toCustomer('e-4', 'B', customer(2, again)),
      },
    ],
    items: {
      'customer#c-1': { name: { S: 'Ada King' }, version: { N: '2' }, createdBy: { S: 'A' }, eventId: { S: 'e-2' } },
    },
  },
  {
    name: 'changes a profile back when nobody says that it is the same command',
    steps: [
      { send: command('e-1', registerCustomer()), reply: toCustomer('e-1', 'e-1', customer(1)) },
      { send: command('e-2', registerCustomer({ name: 'X' })), reply: toCustomer('e-2', 'e-2', customer(2)) },
      { send: command('e-3', registerCustomer()), reply: toCustomer('e-3', 'e-3', customer(3)) },
      { send: command('e-1', registerCustomer()), reply: toCustomer('e-1', 'e-1', customer(1, again)) },
    ],
    items: { 'customer#c-1': { name: { S: 'Ada Lovelace' }, version: { N: '3' } } },
  },
  {
    name: 'refuses other content under a key of the customer, the one that registered it and a later one',
    steps: [
      { send: command('e-1', registerCustomer({ commandId: 'A' })), reply: toCustomer('e-1', 'A', customer(1)) },
      {
        send: command('e-2', registerCustomer({ commandId: 'A', name: 'B' })),
        reply: toCustomer('e-2', 'A', rejected(keyReusedFor('customer'))),
      },
      {
        send: command('e-3', registerCustomer({ commandId: 'C', name: 'C' })),
        reply: toCustomer('e-3', 'C', customer(2)),
      },
      {
        send: command('e-4', registerCustomer({ commandId: 'C', email: 'c@d' })),
        reply: toCustomer('e-4', 'C', rejected(keyReusedFor('customer'))),
      },
    ],
    items: { 'customer#c-1': { name: { S: 'C' }, version: { N: '2' } } },
  },
  {
    name: 'says duplicate where the answer to its own registration was lost',
    interrupt: ({ service, before }) => (service === 'putItem' && before === 0 ? 'lost' : undefined),
    steps: [{ send: command('e-1', registerCustomer()), reply: toCustomer('e-1', 'e-1', customer(1, again)) }],
  },
];

const items: readonly Case[] = [
  {
    name: 'registers an item with its tags, each once and sorted',
    steps: [
      {
        send: command('e-1', registerItem({ tags: ['red', 'Red', 'for the desk', 'red'] })),
        reply: toItem('e-1', 'e-1', item(1)),
      },
    ],
    items: {
      'item#z1': {
        itemid: { S: 'z1' },
        name: { S: 'Lamp' },
        tags: { L: [{ S: 'Red' }, { S: 'for the desk' }, { S: 'red' }] },
        version: { N: '1' },
        createdBy: { S: 'e-1' },
        contentHash: { S: hashOf('registerItem z1 4 Lamp 3 Red 12 for the desk 3 red') },
        eventId: { S: 'e-1' },
      },
    },
  },
  {
    name: 'takes the same tags in another order for the same content, and changes them to none',
    steps: [
      {
        send: command('e-1', registerItem({ commandId: 'k-1', tags: ['a', 'b'] })),
        reply: toItem('e-1', 'k-1', item(1)),
      },
      {
        send: command('e-2', registerItem({ commandId: 'k-1', tags: ['b', 'a', 'b'] })),
        reply: toItem('e-2', 'k-1', item(1, again)),
      },
      { send: command('e-3', registerItem({ commandId: 'k-2', tags: [] })), reply: toItem('e-3', 'k-2', item(2)) },
      {
        send: command('e-4', registerItem({ commandId: 'k-3', tags: ['', 7] })),
        reply: toItem('e-4', 'k-3', rejected(fault('tags[0]', 'tag'), fault('tags[1]', 'tag'))),
      },
    ],
    items: { 'item#z1': { tags: { L: [] }, version: { N: '2' } } },
  },
  {
    name: 'refuses a key of the item with other content',
    steps: [
      { send: command('e-1', registerItem({ commandId: 'k-1' })), reply: toItem('e-1', 'k-1', item(1)) },
      {
        send: command('e-2', registerItem({ commandId: 'k-1', tags: ['re', 'd'] })),
        reply: toItem('e-2', 'k-1', rejected(keyReusedFor('item'))),
      },
    ],
  },
];

const face = '😀';

const bounds: readonly Case[] = [
  {
    name: 'counts the characters of names, emails and tags, not their bytes: the longest are taken',
    steps: [
      {
        send: command('e-1', registerCustomer({ name: face.repeat(200), email: `@${face.repeat(253)}` })),
        reply: toCustomer('e-1', 'e-1', customer(1)),
      },
      {
        send: command('e-2', registerItem({ tags: Array(20).fill(face.repeat(64)) as string[] })),
        reply: toItem('e-2', 'e-2', item(1)),
      },
    ],
    items: {
      'customer#c-1': { name: { S: face.repeat(200) }, email: { S: `@${face.repeat(253)}` } },
      'item#z1': { tags: { L: [{ S: face.repeat(64) }] } },
    },
  },
  {
    name: 'refuses what is one character longer',
    steps: [
      {
        send: command('e-1', registerCustomer({ name: face.repeat(201), email: `@${face.repeat(254)}` })),
        reply: toCustomer('e-1', 'e-1', rejected(fault('name', 'name'), fault('email', 'email'))),
      },
      {
        send: command('e-2', registerItem({ name: '', tags: [face.repeat(65), ' a', 'a ', ' ', null, ['a']] })),
        reply: toItem(
          'e-2',
          'e-2',
          rejected(fault('name', 'name'), ...[0, 1, 2, 3, 4, 5].map((at) => fault(`tags[${at}]`, 'tag'))),
        ),
      },
    ],
    items: { 'customer#c-1': null, 'item#z1': null },
  },
  {
    name: 'refuses half a surrogate pair, and takes whole ones',
    steps: [
      {
        send: command('e-1', registerCustomer({ name: 'a\ud83d', email: '\ude00@b' })),
        reply: toCustomer('e-1', 'e-1', rejected(fault('name', 'name'), fault('email', 'email'))),
      },
      {
        send: command('e-2', registerItem({ name: '\ude00\ud83d', tags: [face, '\ud83d', face + face] })),
        reply: toItem('e-2', 'e-2', rejected(fault('name', 'name'), fault('tags[1]', 'tag'))),
      },
      {
        send: command('e-3', registerCustomer({ customerId: '\ud83d' })),
        reply: { ...toCustomer('e-3', 'e-3', rejected(fault('customerId', 'id'))), customerid: '\ud83d' },
      },
    ],
    items: { 'customer#c-1': null, 'item#z1': null },
  },
  ...['ab', 'a.b', 'a@b@c', '@', '', 7, null, ['a@b']].map((email): Case => ({
    name: `refuses ${JSON.stringify(email)} for an email`,
    steps: [
      {
        send: command('e-1', registerCustomer({ email })),
        reply: toCustomer('e-1', 'e-1', rejected(fault('email', 'email'))),
      },
    ],
    items: { 'customer#c-1': null },
  })),
  ...[null, 'red', {}, Array(21).fill(7) as number[]].map((tags): Case => ({
    name: `refuses ${JSON.stringify(tags)} for tags`,
    steps: [
      {
        send: command('e-1', registerItem({ tags })),
        reply: toItem('e-1', 'e-1', rejected(fault('tags', 'tags'))),
      },
    ],
    items: { 'item#z1': null },
  })),
  {
    name: 'refuses registrations that have nothing but their name',
    steps: [
      {
        send: command('e-1', { command: 'registerCustomer', orderId: '6101' }),
        reply: {
          ...toCustomer(
            'e-1',
            'e-1',
            rejected(fault('customerId', 'id'), fault('name', 'name'), fault('email', 'email')),
          ),
          customerid: null,
        },
      },
      {
        send: command('e-2', { command: 'registerItem', commandId: '' }),
        reply: {
          ...toItem(
            'e-2',
            '',
            rejected(fault('itemid', 'id'), fault('commandId', 'id'), fault('name', 'name'), fault('tags', 'tags')),
          ),
          itemid: null,
        },
      },
    ],
  },
];

export const registerCases: readonly Case[] = [...customers, ...items, ...bounds];
