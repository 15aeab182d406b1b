/**
 * The stack that this one is compared with: the pattern `cqrs` of aws-samples/step-functions-workflows-collection, at commit
 * 3bd02fd, by its template's numbers. Its workflow's history is that of its states, on the same order.
 */
import type { JsonObject } from '../tests/support/asl-definition';
import type { HistoryEvent } from '../tests/support/asl-interpreter';
import { ASSUMED } from './assumptions';
import { itemBytes, jsonBytes, largestInput, workflowLogBytes } from './sizes';
import type { Footprint, Stack } from './stack';
import { COMMAND, ORDER, TIME } from './workload';

export const SEED: Stack = {
  natGateways: 2,
  publicAddresses: 2,
  secrets: 1,
  alarms: 0,
  dashboards: 0,
  minCapacity: 0.5,
  pauseAfterSeconds: ASSUMED.pauseAfterSeconds,
  provisioned: { read: 5, write: 5 },
  pointInTimeRecovery: false,
  projector: { architecture: 'x86_64', memoryMb: 128, batchSize: 1, windowSeconds: 0, shards: 1, logLevel: 'INFO' },
  workflowLog: { level: 'ALL', payloads: true },
  archiveDays: 0,
  logDays: undefined,
};

const ITEM: JsonObject = {
  orderid: { S: ORDER.orderId },
  items: {
    L: ORDER.items.map(({ itemid, quantity }) => ({ M: { itemid: { S: itemid }, quantity: { N: String(quantity) } } })),
  },
  status: { S: 'createOrder' },
  lastUpdateDate: { S: TIME },
};

/** Every state hands the whole event on, what it found added. */
function history(): HistoryEvent[] {
  const detail = COMMAND['detail'] as JsonObject;
  const marshalled = { ...COMMAND, detail: { ...detail, itemsMarshalled: (ITEM['items'] as JsonObject)['L'] ?? null } };
  const written = { ...marshalled, DDBCommandResponse: { responseCode: 200 } };
  const reply = {
    Detail: { orderid: ORDER.orderId, commandStatus: 'orderCreated' },
    DetailType: 'orderCommandResponse',
  };
  return [
    { type: 'ExecutionStarted', details: { input: JSON.stringify(COMMAND) } },
    ...state('Choice', 'Command Query Router', COMMAND, COMMAND),
    { type: 'MapStateEntered', details: { name: 'Loop Order Items', input: JSON.stringify(COMMAND) } },
    { type: 'MapStateStarted', details: { length: ORDER.items.length } },
    ...ORDER.items.flatMap((item, index) => [
      { type: 'MapIterationStarted', details: { name: 'Loop Order Items', index } },
      ...state('Pass', 'Marshall Item Object', item, { M: { itemid: { S: item.itemid }, quantity: { N: '2' } } }),
      { type: 'MapIterationSucceeded', details: { name: 'Loop Order Items', index } },
    ]),
    { type: 'MapStateSucceeded', details: {} },
    { type: 'MapStateExited', details: { name: 'Loop Order Items', output: JSON.stringify(marshalled) } },
    ...task(
      'Put Order to DynamoDB',
      ['dynamodb', 'putItem'],
      marshalled,
      { TableName: 'x'.repeat(30), Item: ITEM },
      written,
    ),
    ...task('Send Response to EventBridge', ['events', 'putEvents'], written, { Entries: [reply] }, {}),
    { type: 'ExecutionSucceeded', details: { output: '{}' } },
  ];
}

const state = (type: string, name: string, input: unknown, output: unknown): HistoryEvent[] => [
  { type: `${type}StateEntered`, details: { name, input: JSON.stringify(input) } },
  { type: `${type}StateExited`, details: { name, output: JSON.stringify(output) } },
];

function task(
  name: string,
  [resourceType, resource]: readonly [string, string],
  input: unknown,
  parameters: unknown,
  output: unknown,
): HistoryEvent[] {
  const about = { resourceType, resource };
  const [entered, exited] = state('Task', name, input, output) as [HistoryEvent, HistoryEvent];
  return [
    entered,
    { type: 'TaskScheduled', details: { ...about, region: 'us-east-1', parameters: JSON.stringify(parameters) } },
    { type: 'TaskStarted', details: about },
    { type: 'TaskSucceeded', details: { ...about, output: '{}' } },
    exited,
  ];
}

/** What one order leaves behind there. Its function writes each stream record to the log, and a line for each statement. */
export function seedFootprint(): Footprint {
  const record = {
    eventID: '0'.repeat(32),
    eventName: 'INSERT',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: {
      Keys: { orderid: { S: ORDER.orderId } },
      NewImage: ITEM,
      SequenceNumber: '0'.repeat(21),
      SizeBytes: 300,
    },
    eventSourceARN: `arn:aws:dynamodb:us-east-1:123456789012:table/${'x'.repeat(30)}/stream/2026-11-24T12:00:00.000`,
  };
  const events = history();
  return {
    workflowLogBytes: { withPayloads: workflowLogBytes(events, true), without: workflowLogBytes(events, false) },
    commandBytes: jsonBytes(COMMAND),
    itemBytes: itemBytes(ITEM),
    definitionBytes: 6521,
    payloadBytes: largestInput(events),
    parallelSteps: ORDER.items.length,
    functionLog: {
      perInvocation: 0,
      perRecord: Buffer.byteLength(JSON.stringify(record, null, 2)) + 100 * (2 + ORDER.items.length),
    },
    metricsLogBytes: 0,
    customMetrics: 0,
    projectorMs: { perInvocation: 6, perRecord: 0 },
  };
}
