/** Queries: answered by their functions, refused, or answered that the read model is unavailable. */
import type { Json, JsonObject } from '../support/asl-definition';
import { StateError } from '../support/asl-jsonata';
import { queryAnswers } from '../support/workflow-world';
import { query, type Case } from './case';

const badQuery = (name: string, detail: Json, echo: Json, fault: JsonObject): Case => ({
  name,
  steps: [
    {
      send: query('q-1', detail),
      reply: { query: echo, queryMessageId: 'q-1', queryStatus: 400, queryResult: [], errors: [fault] },
    },
  ],
});

const monthly = (name: string, detail: JsonObject, queryItemId: Json): Case => ({
  name,
  steps: [
    {
      send: query('q-1', detail),
      reply: {
        query: 'monthlySalesByItem',
        queryMessageId: 'q-1',
        queryItemId,
        queryStatus: 200,
        queryResult: [{ queryMessageId: 'q-1', detail }],
      },
    },
  ],
});

const long = 'é'.repeat(70);
const found = { queryStatus: 200, queryResult: [{ orderid: '6101', version: 2 }] };
const behind = { query: 'orderById', orderId: '6101', after: { orderId: '6101', version: 9 } };

const unavailable = {
  queryStatus: 503,
  queryResult: [],
  errors: [{ code: 'unavailable', path: '', message: 'the read model cannot answer now: send the query again later' }],
};

export const queryCases: readonly Case[] = [
  {
    name: 'answers itemsSalesReport with what its function says, its token included',
    steps: [
      {
        send: query('q-1', { query: 'itemsSalesReport' }),
        reply: { query: 'itemsSalesReport', queryMessageId: 'q-1', ...queryAnswers.ItemSalesReportFunction() },
      },
    ],
  },
  monthly(
    'answers monthlySalesByItem, handing the whole detail to its function',
    { query: 'monthlySalesByItem', itemid: 'z3333', limit: 2 },
    'z3333',
  ),
  monthly(
    'echoes 64 characters of an item that is asked for',
    { query: 'monthlySalesByItem', itemid: long },
    long.slice(0, 64),
  ),
  monthly('echoes null for an item that cannot be read', { query: 'monthlySalesByItem', itemid: 7 }, null),
  monthly('echoes null for an item that is missing', { query: 'monthlySalesByItem' }, null),
  badQuery('refuses a query whose detail is no object', null, null, {
    code: 'invalidQuery',
    path: '',
    message: 'detail must be an object',
  }),
  badQuery('refuses a query without a name', { itemid: 'z' }, null, {
    code: 'invalidQuery',
    path: 'query',
    message: 'query must be a string, the name of a query',
  }),
  {
    name: 'hands every other query to the function that knows which there are',
    steps: ['orderById', long, ''].map((name) => ({
      send: query('q-1', { query: name, orderId: '6101' }),
      reply: {
        query: name.slice(0, 64),
        queryMessageId: 'q-1',
        queryStatus: 200,
        queryResult: [{ queryMessageId: 'q-1', detail: { query: name, orderId: '6101' } }],
      },
    })),
  },
  {
    name: 'asks again while the read model is behind `after`, until it is not',
    answers: [{ ...found, stale: true }, { ...found, stale: true }, found],
    steps: [
      {
        send: query('q-1', { query: 'orderById', orderId: '6101', after: { orderId: '6101', version: 2 } }),
        reply: { query: 'orderById', queryMessageId: 'q-1', ...found },
      },
    ],
  },
  {
    name: 'says that the answer is stale after five more asks',
    steps: [
      {
        send: query('q-1', behind),
        reply: {
          query: 'orderById',
          queryMessageId: 'q-1',
          queryStatus: 200,
          queryResult: [{ queryMessageId: 'q-1', detail: behind }],
          stale: true,
        },
      },
    ],
  },
  {
    name: 'answers 503 where the function goes down while the read model is behind',
    interrupt: ({ service, before }) => {
      if (service === 'invoke' && before > 0) throw new StateError('Lambda.TooManyRequestsException', 'injected');
      return undefined;
    },
    steps: [{ send: query('q-1', behind), reply: { query: 'orderById', queryMessageId: 'q-1', ...unavailable } }],
  },
  {
    name: 'answers 503 where the function is down past its retries',
    missing: ['ItemSalesReportFunction'],
    steps: [
      {
        send: query('q-1', { query: 'itemsSalesReport' }),
        reply: {
          query: 'itemsSalesReport',
          queryMessageId: 'q-1',
          ...unavailable,
        },
      },
    ],
  },
];
