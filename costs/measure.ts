/** What one order leaves behind in this stack: the workflow run in memory, and the projector's own log lines. */
import { Metrics } from '@aws-lambda-powertools/metrics';
import { addMetrics, logSummary } from '../functions/project-orders/report';
import { readDefinition } from '../tests/support/asl-definition';
import type { HistoryEvent } from '../tests/support/asl-interpreter';
import { createMemoryWorld } from '../tests/support/workflow-memory';
import { itemBytes, jsonBytes, largestInput, workflowLogBytes } from './sizes';
import type { Footprint } from './stack';
import { COMMAND, EVENT_ID, ORDER } from './workload';

/** @throws Error where the workflow does not create the order. */
export async function measurePipeline(): Promise<Footprint> {
  const history: HistoryEvent[] = [];
  const world = createMemoryWorld({ history });
  const outcome = await world.run(COMMAND);
  const item = await world.read('OrdersTable', `order#${ORDER.orderId}`);
  if (outcome.status !== 'SUCCEEDED' || item === undefined) throw new Error('The workflow did not create the order');
  return {
    workflowLogBytes: { withPayloads: workflowLogBytes(history, true), without: workflowLogBytes(history, false) },
    commandBytes: jsonBytes(COMMAND),
    itemBytes: itemBytes(item),
    definitionBytes: Buffer.byteLength(readDefinition()),
    payloadBytes: largestInput(history),
    parallelSteps: history.filter(({ type }) => type === 'ParallelStateStarted').length,
    ...projectorLog(),
    projectorMs: { perInvocation: 8, perRecord: 0.3 },
  };
}

const STANDARD = {
  level: 'INFO',
  timestamp: '2026-11-24T12:00:00.000Z',
  service: 'order-pipeline',
  sampling_rate: '0',
};

function projectorLog(): Pick<Footprint, 'functionLog' | 'metricsLogBytes' | 'customMetrics'> {
  const perRecord = logBytes(2) - logBytes(1);
  const metrics = new Metrics({ namespace: 'OrderPipeline', serviceName: 'order-pipeline' });
  addMetrics(metrics, summaryOf(1), 1000);
  const emitted = metrics.serializeMetrics();
  return {
    functionLog: { perInvocation: logBytes(1) - perRecord, perRecord },
    metricsLogBytes: jsonBytes(emitted),
    customMetrics: emitted._aws.CloudWatchMetrics[0]?.Metrics.length ?? 0,
  };
}

const summaryOf = (orders: number) => ({
  projected: Array.from({ length: orders }, () => ({
    pk: `order#${ORDER.orderId}`,
    version: 1,
    status: 'active' as const,
    eventId: EVENT_ID,
  })),
  quarantined: [],
  skipped: 0,
  retries: 0,
});

function logBytes(orders: number): number {
  let bytes = 0;
  const take = (message: unknown, ...extra: unknown[]): void => {
    bytes += jsonBytes(Object.assign({ ...STANDARD, message }, ...extra));
  };
  logSummary({ info: take, warn: take }, Array(orders).fill({}), summaryOf(orders));
  return bytes;
}
