/** The console's addresses: each parses what it is sent, and asks the source. */
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { QUERIES } from '../../cli/fields';
import { idSchema, PAGE } from '../../functions/shared/contract';
import type { EventToSend } from '../api';
import { parseInput } from './parse';
import type { PipelineSource } from './source';

const MAX_ROWS = 500;
const MAX_AT_ONCE = 100;

/** A query string has text alone. */
const count = (most: number, otherwise: number) =>
  v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(1), v.maxValue(most)), String(otherwise));
const word = v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200)));
const name = v.object({ name: v.pipe(v.string(), v.regex(/^[\w-]{1,80}$/, 'must be the name of an execution')) });

const filter = v.object({
  kind: word,
  outcome: v.optional(v.picklist(['running', 'done', 'refused', 'failed'])),
  id: word,
  limit: count(MAX_ROWS, 50),
});
const report = v.object({ nextToken: v.optional(v.string()), limit: count(PAGE.maxLimit, PAGE.defaultLimit) });
const deeds = v.object({ deed: v.picklist(['redrive', 'discard']) });
const some = <Id extends v.GenericSchema>(id: Id) =>
  v.object({ ids: v.pipe(v.array(id), v.minLength(1), v.maxLength(MAX_AT_ONCE)) });
const messageId = v.pipe(v.string(), v.minLength(1), v.maxLength(1_024));
const recordId = v.pipe(v.number(), v.integer(), v.minValue(1));
const event = v.object({
  detailType: v.picklist(['orderCommand', 'orderQuery']),
  detail: v.record(v.string(), v.unknown()),
  time: v.optional(v.pipe(v.string(), v.isoTimestamp('must be a time such as 2022-10-13T19:00:00Z'))),
});

export function addRoutes(app: FastifyInstance, source: PipelineSource): void {
  app.get('/api/pipeline', async () => ({ where: await source.where(), samples: source.samples(), queries: QUERIES }));
  app.get('/api/definition', () => source.definition());
  app.get('/api/executions', ({ query }) => source.executions(parseInput(filter, query)));
  app.get('/api/executions/:name', ({ params }) => source.execution(parseInput(name, params).name));
  app.get('/api/orders/:orderId', ({ params }) =>
    source.order(parseInput(v.object({ orderId: idSchema }), params).orderId),
  );
  app.get('/api/reports/items', ({ query }) =>
    source.query({ query: 'itemsSalesReport', ...parseInput(report, query) }),
  );
  app.get('/api/reports/months/:itemid', ({ params, query }) => {
    const { itemid } = parseInput(v.object({ itemid: idSchema }), params);
    return source.query({ query: 'monthlySalesByItem', itemid, ...parseInput(report, query) });
  });
  app.get('/api/health', () => source.health());
  app.get('/api/failed', () => source.failed());
  app.get('/api/quarantine', () => source.quarantined());
  app.post('/api/events', async ({ body }) => ({ eventId: await source.send(eventOf(body)) }));
  app.post('/api/failed/:deed', ({ params, body }) =>
    source.dealWithFailed(parseInput(deeds, params).deed, parseInput(some(messageId), body).ids),
  );
  app.post('/api/quarantine/:deed', ({ params, body }) =>
    source.dealWithQuarantined(parseInput(deeds, params).deed, parseInput(some(recordId), body).ids),
  );
}

function eventOf(body: unknown): EventToSend {
  const { time, ...sent } = parseInput(event, body);
  return { ...sent, ...(time !== undefined && { time }) };
}
