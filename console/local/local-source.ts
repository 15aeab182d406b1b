/** The pipeline that `npm start` runs, as the console's source. */
import type { ClientOptions } from '../../cli/connect';
import type { Pipeline } from '../../cli/pipeline';
import { EVENT_SOURCE } from '../../functions/shared/contract';
import type { Database } from '../../functions/shared/database';
import { parseJson } from '../../functions/shared/parse-json';
import { answering, refuse } from '../../functions/shared/query';
import { itemsSalesReport } from '../../functions/query-item-sales-report/query';
import { monthlySalesByItem } from '../../functions/query-monthly-sales-by-item/query';
import { queries } from '../../functions/query-orders/queries';
import type { ExecutionDetail, ExecutionRow } from '../api';
import { pathOf } from '../definition/path';
import type { Recorded } from '../definition/recorded';
import { ConsoleProblem } from '../server/problem';
import type { PipelineSource } from '../server/source';
import { causalLine } from './causal';
import { rowOf } from './execution-row';
import { dealWithFailed, dealWithQuarantined, depths, listFailed, listQuarantined } from './failed';
import { createFeed } from './feed';
import { connectLog, tailLog } from './logs';
import { oneAtATime } from './one-at-a-time';
import { connectOrders } from './orders';
import { repeat } from './repeat';
import { readSamples } from './samples';
import { connectStream, tailStream } from './stream';
import { connectWorkflow } from './workflow';

/** Names of what the stack made. */
export interface Names {
  readonly stateMachineArn: string;
  readonly ordersTable: string;
  readonly logGroup: string;
}

const POLL_MS = 400;
const TAIL_MS = 600;

/** The pipeline's queries, as its functions answer them. */
const QUERIES = [answering(itemsSalesReport), answering(monthlySalesByItem), ...queries];

const UNKNOWN = { code: 'unknownQuery', path: 'query', message: 'query must be one that is known' };

/** Begins to look on; `close` ends that. */
export function localSource(
  pipeline: Pipeline,
  options: ClientOptions,
  names: Names,
  database: Database,
): PipelineSource {
  const workflow = connectWorkflow(options, names.stateMachineArn);
  const readOrder = connectOrders(options, names.ordersTable);
  const feed = createFeed(workflow);
  const logs = tailLog(connectLog(options, names.logGroup));
  const stream = tailStream(connectStream(options, names.ordersTable));
  const watching = repeat(POLL_MS, () => feed.poll());
  const tails = [repeat(TAIL_MS, () => logs.poll()), repeat(TAIL_MS, () => stream.poll())];
  const samples = readSamples();
  const queues = oneAtATime();
  const ask: PipelineSource['query'] = async (detail) => {
    const query = QUERIES.find(({ name }) => name === detail['query']);
    return query === undefined ? refuse([UNKNOWN]) : query.answer(database, detail);
  };

  return {
    where: () => Promise.resolve(pipeline.where),
    definition: () => workflow.definition(),
    async executions(filter) {
      await watching.well();
      return feed.page(filter);
    },
    async execution(name) {
      const [machine, recorded] = await Promise.all([workflow.definition(), recordedOrNone(workflow, name)]);
      const found = await pathOf(machine, recorded);
      return detailOf(name, recorded, found, (row, eventTime) =>
        causalLine(row, found.path, eventTime, { logs, stream }),
      );
    },
    async order(orderId) {
      const [table, readModel] = await Promise.all([readOrder(orderId), ask({ query: 'orderById', orderId })]);
      return { orderId, readModel, ...(table !== undefined && { table }) };
    },
    query: ask,
    health: async () => ({ lag: logs.lag(), ...(await depths(pipeline)) }),
    failed: () => queues(() => listFailed(pipeline)),
    dealWithFailed: (deed, ids) => queues(() => dealWithFailed(pipeline, deed, ids)),
    quarantined: () => listQuarantined(pipeline.readModel),
    dealWithQuarantined: (deed, ids) => dealWithQuarantined(pipeline.readModel, deed, ids),
    samples: () => samples,
    async send({ detailType, detail, time }) {
      const entry = { source: EVENT_SOURCE, detailType, detail: JSON.stringify(detail) };
      const [result] = await pipeline.bus.put([{ ...entry, ...(time !== undefined && { time: new Date(time) }) }]);
      if (result !== undefined && 'eventId' in result) return result.eventId;
      throw new ConsoleProblem(
        502,
        `The bus refused the event: ${result?.error ?? 'no answer'}`,
        'Correct it, then send it again.',
      );
    },
    async close() {
      await Promise.all([watching, ...tails].map((one) => one.stop()));
      await database.close();
    },
  };
}

async function recordedOrNone(
  workflow: { recorded(name: string): Promise<Recorded> },
  name: string,
): Promise<Recorded> {
  try {
    return await workflow.recorded(name);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExecutionDoesNotExist') throw error;
    throw new ConsoleProblem(
      404,
      `There is no execution ${name}.`,
      'The pipeline may have been started anew since: choose one of the list.',
    );
  }
}

function detailOf(
  name: string,
  recorded: Recorded,
  { path, gap }: Pick<ExecutionDetail, 'path' | 'gap'>,
  causal: (row: ExecutionRow, eventTime: string) => ExecutionDetail['causal'],
): ExecutionDetail {
  const { input, output, error, cause, status, startedAt, endedAt } = recorded;
  const execution = rowOf({
    name,
    status,
    startedAt: new Date(startedAt),
    input,
    ...(endedAt !== undefined && { endedAt: new Date(endedAt) }),
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
  });
  const event = parseJson(input);
  const time = typeof event === 'object' && event !== null && 'time' in event ? String(event.time) : '';
  return {
    execution,
    input,
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error: [error, cause].filter(Boolean).join(': ') }),
    path,
    ...(gap !== undefined && { gap }),
    causal: causal(execution, time),
  };
}
