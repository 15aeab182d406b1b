/** Commands that are refused for their shape: nothing is written, and the key is not spent. */
import type { Json } from '../support/asl-definition';
import type { Case } from './case';
import { COMMANDS, command, created, createOrder, fault, refused } from './case';

const refusal = (name: string, detail: Json, reply: Json, time: Json = '2022-10-13T19:00:00Z'): Case => ({
  name,
  steps: [{ send: command('e-1', detail, { time }), reply }],
  order: null,
});

/** A value that must be refused in one field. */
const badField = (name: string, more: Readonly<Record<string, Json>>, faults: readonly Json[]): Case =>
  refusal(`refuses ${name}`, createOrder(more), refused('e-1', 'e-1', faults));

const line = (itemid: Json, quantity: Json): Json => ({ itemid, quantity });
const long = 'x'.repeat(65);

const shapes: readonly Case[] = [
  refusal(
    'refuses a detail that is no object',
    'createOrder',
    refused('e-1', 'e-1', [{ code: 'invalidCommand', path: '', message: 'detail must be an object' }], {
      command: null,
      orderid: null,
    }),
  ),
  refusal(
    'refuses a detail that is a list of commands',
    [createOrder()],
    refused('e-1', 'e-1', [{ code: 'invalidCommand', path: '', message: 'detail must be an object' }], {
      command: null,
      orderid: null,
    }),
  ),
  refusal(
    'refuses a detail without a command',
    { orderId: '6101', commandId: 7 },
    refused(
      'e-1',
      null,
      [{ code: 'invalidCommand', path: 'command', message: `command must be a string: ${COMMANDS}` }],
      { command: null },
    ),
  ),
  refusal(
    'refuses a command that is not known, echoing 64 characters of it',
    { command: `ö😀${long}`, orderId: long, commandId: long },
    {
      command: `ö😀${long.slice(0, 62)}`,
      commandMessageId: 'e-1',
      commandId: long.slice(0, 64),
      orderid: long.slice(0, 64),
      commandStatus: 'rejected',
      errors: [{ code: 'unknownCommand', path: 'command', message: `command must be one that is known: ${COMMANDS}` }],
    },
  ),
  refusal(
    'names every fault of a command at once',
    {
      command: 'createOrder',
      orderId: '',
      commandId: 'no spaces',
      customerId: null,
      items: [line('z', 0), line('a b', 1.5), null, [line('z', 1)], 'z', {}, line('z', 1_000_001), line(null, '1')],
    },
    refused(
      'e-1',
      'no spaces',
      [
        ...['orderId', 'commandId', 'customerId'].map((at) => fault(at, 'id')),
        fault('items[0].quantity', 'quantity'),
        fault('items[1].itemid', 'id'),
        fault('items[1].quantity', 'quantity'),
        ...['items[2]', 'items[3]', 'items[4]'].map((at) => fault(at, 'line')),
        fault('items[5].itemid', 'id'),
        fault('items[5].quantity', 'quantity'),
        fault('items[6].quantity', 'quantity'),
        fault('items[7].itemid', 'id'),
        fault('items[7].quantity', 'quantity'),
        fault('time', 'time'),
      ],
      { orderid: '' },
    ),
    '2023-02-29T00:00:00Z',
  ),
  refusal(
    'refuses a command that has nothing but its name',
    { command: 'createOrder' },
    refused('e-1', 'e-1', [fault('orderId', 'id'), fault('items', 'list')], { orderid: null }),
  ),
  {
    name: 'does not spend the key on a command that is invalid',
    steps: [
      {
        send: command('e-1', createOrder({ commandId: 'k-1', items: [] })),
        reply: refused('e-1', 'k-1', [fault('items', 'list')]),
      },
      { send: command('e-2', createOrder({ commandId: 'k-1' })), reply: created('e-2', 'k-1') },
    ],
  },
];

const fields: readonly Case[] = [
  badField('items that are no list', { items: line('z', 1) }, [fault('items', 'list')]),
  badField('items that are null', { items: null }, [fault('items', 'list')]),
  badField('101 items, without judging each', { items: Array(101).fill(null) }, [fault('items', 'list')]),
  badField('an itemid of 65 characters', { items: [line(long, 1)] }, [fault('items[0].itemid', 'id')]),
  badField('an itemid with a letter beyond ASCII', { items: [line('é', 1)] }, [fault('items[0].itemid', 'id')]),
  badField('an itemid that ends in a new line', { items: [line('z\n', 1)] }, [fault('items[0].itemid', 'id')]),
  badField('a list for an itemid', { items: [line(['z'], 1)] }, [fault('items[0].itemid', 'id')]),
  badField('a list for a quantity', { items: [line('z', [1])] }, [fault('items[0].quantity', 'quantity')]),
  badField('a negative quantity', { items: [line('z', -1)] }, [fault('items[0].quantity', 'quantity')]),
  badField('true for a quantity', { items: [line('z', true)] }, [fault('items[0].quantity', 'quantity')]),
  badField('an empty object for a customer', { customerId: {} }, [fault('customerId', 'id')]),
  refusal(
    'refuses null for a key: it is given, and wrong',
    createOrder({ commandId: null }),
    refused('e-1', null, [fault('commandId', 'id')]),
  ),
  refusal(
    'refuses a number for an order, echoing null',
    createOrder({ orderId: 6101 }),
    refused('e-1', 'e-1', [fault('orderId', 'id')], { orderid: null }),
  ),
];

const badTimes: readonly Json[] = [
  '1969-12-31T23:59:59Z',
  '2022-13-01T00:00:00Z',
  '2022-00-01T00:00:00Z',
  '2022-04-31T00:00:00Z',
  '2022-01-32T00:00:00Z',
  '2022-02-30T00:00:00Z',
  '2100-02-29T00:00:00Z',
  '2022-10-13T24:00:00Z',
  '2022-10-13T19:60:00Z',
  '2022-10-13T19:00:60Z',
  '2022-10-13T19:00:00+01:00',
  '2022-10-13T19:00:00.Z',
  '2022-10-13 19:00:00Z',
  '2022-10-13T19:00:00Z\n',
  '2022-10-13',
  '',
  null,
  1_665_687_600,
];

const goodTimes = ['1970-01-01T00:00:00Z', '2000-02-29T12:00:00Z', '9999-12-31T23:59:59.999999999Z'];

const times: readonly Case[] = [
  ...badTimes.map((time) =>
    refusal(
      `refuses the time ${JSON.stringify(time)}`,
      createOrder(),
      refused('e-1', 'e-1', [fault('time', 'time')]),
      time,
    ),
  ),
  ...goodTimes.map((time): Case => ({
    name: `takes the time ${time}`,
    steps: [{ send: command('e-1', createOrder(), { time }), reply: created('e-1', 'e-1') }],
    order: { orderdate: { S: `${time.slice(0, 19)}Z` } },
  })),
];

const longest = 'aZ09._:-'.repeat(8);

export const validationCases: readonly Case[] = [
  ...shapes,
  ...fields,
  ...times,
  {
    name: 'takes ids of 64 characters of every allowed kind',
    steps: [
      {
        send: command('e-1', createOrder({ commandId: longest, customerId: longest, items: [line(longest, 1)] })),
        reply: created('e-1', longest),
      },
    ],
    order: { customerid: { S: longest }, items: { L: [{ M: { itemid: { S: longest }, quantity: { N: '1' } } }] } },
  },
];
