/** Sizes as AWS counts them. */
import { isObject, type Json, type JsonObject } from '../tests/support/asl-definition';
import type { HistoryEvent } from '../tests/support/asl-interpreter';

export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/**
 * Bytes of an item in DynamoDB's own JSON.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const itemBytes = (item: JsonObject): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + attributeBytes(value), 0);

function attributeBytes(attribute: Json): number {
  if (!isObject(attribute)) throw new Error('Not an attribute in DynamoDB JSON');
  const { S, N, L, M } = attribute;
  if (typeof S === 'string') return Buffer.byteLength(S);
  if (typeof N === 'string') return Math.ceil(N.replace(/\D/g, '').length / 2) + 1;
  if (Array.isArray(L)) return 3 + (L as Json[]).reduce<number>((sum, element) => sum + 1 + attributeBytes(element), 0);
  if (isObject(M)) return 3 + Object.keys(M).length + itemBytes(M);
  return 1;
}

/** Units of an on-demand or provisioned write: one for each KB that is begun. */
export const writeUnits = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1024));

/** The most that a state or the execution is handed, in bytes. */
export const largestInput = (history: readonly HistoryEvent[]): number =>
  Math.max(...history.map(({ details: { input } }) => (typeof input === 'string' ? Buffer.byteLength(input) : 0)));

const DATA = ['input', 'output', 'parameters', 'assignedVariables'];
const ARN = `arn:aws:states:us-east-1:123456789012:express:OrderPipeline-${'x'.repeat(12)}:${'0'.repeat(73)}:${'0'.repeat(36)}`;

/** Bytes of what an execution logs at level ALL: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
export const workflowLogBytes = (history: readonly HistoryEvent[], payloads: boolean): number =>
  history.reduce((sum, event, index) => sum + jsonBytes(logLine(event, index + 1, payloads)), 0);

function logLine({ type, details }: HistoryEvent, id: number, payloads: boolean): JsonObject {
  const kept = Object.entries(details).flatMap<[string, Json]>(([name, value]) => {
    if (!DATA.includes(name)) return [[name, value]];
    return payloads ? [[name, value], [`${name}Details`, { truncated: false }]] : []; // prettier-ignore
  });
  return {
    id: String(id),
    type,
    details: Object.fromEntries(kept),
    redrive_count: '0',
    previous_event_id: String(id - 1),
    event_timestamp: '1790000000000',
    execution_arn: ARN,
  };
}
