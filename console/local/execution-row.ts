/** An execution as a list shows it, from its input and output. */
import * as v from 'valibot';
import { parseJson } from '../../functions/shared/parse-json';
import type { ExecutionRow, Outcome } from '../api';

/** What is told of an execution: `Input` and `Output` are JSON. */
export interface Described {
  readonly name: string;
  readonly status: string;
  readonly startedAt: Date;
  readonly endedAt?: Date;
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
}

const text = v.optional(v.fallback(v.string(), ''), '');

const inputSchema = v.object({
  id: text,
  'detail-type': text,
  detail: v.fallback(
    v.object({ command: text, query: text, orderId: text, customerId: text, itemid: text, tag: text }),
    { command: '', query: '', orderId: '', customerId: '', itemid: '', tag: '' },
  ),
});

const outputSchema = v.object({
  commandStatus: v.optional(v.string()),
  version: v.optional(v.number()),
  duplicate: v.optional(v.boolean()),
  stale: v.optional(v.boolean()),
  queryStatus: v.optional(v.number()),
  queryResult: v.optional(v.array(v.unknown())),
  errors: v.optional(v.array(v.object({ code: v.string() }))),
});

type Answer = v.InferOutput<typeof outputSchema>;

export function rowOf({ name, status, startedAt, endedAt, input, output, error }: Described): ExecutionRow {
  const event = v.safeParse(inputSchema, parseJson(input));
  const answer = v.safeParse(outputSchema, parseJson(output ?? ''));
  const told = answer.success ? answer.output : undefined;
  const about = event.success ? aboutOf(event.output) : { kind: 'no event', subject: '', eventId: '' };
  return {
    name,
    ...about,
    outcome: outcomeOf(status, told),
    startedAt: startedAt.toISOString(),
    ...(endedAt !== undefined && { endedAt: endedAt.toISOString() }),
    answer: told === undefined || status !== 'SUCCEEDED' ? (error ?? '') : answerWords(told),
  };
}

function aboutOf(event: v.InferOutput<typeof inputSchema>): Pick<ExecutionRow, 'kind' | 'subject' | 'eventId'> {
  const { command, query, orderId, customerId, itemid, tag } = event.detail;
  return {
    kind: (event['detail-type'] === 'orderQuery' ? query : command) || event['detail-type'] || 'no event',
    subject: subjectOf(command, orderId, customerId, itemid, tag).slice(0, 80),
    eventId: event.id,
  };
}

/** A createOrder names a customer as well, and is about the order. */
function subjectOf(command: string, orderId: string, customerId: string, itemid: string, tag: string): string {
  const isCustomers = command === 'registerCustomer' || command === 'forgetCustomer';
  if (orderId !== '' && !isCustomers) return `order#${orderId}`;
  if (customerId !== '') return `customer#${customerId}`;
  if (itemid !== '') return `item#${itemid}`;
  return tag === '' ? '' : `tag ${tag}`;
}

function outcomeOf(status: string, answer: Answer | undefined): Outcome {
  if (status === 'RUNNING') return 'running';
  if (status !== 'SUCCEEDED') return 'failed';
  const refused = answer?.commandStatus === 'rejected' || (answer?.queryStatus ?? 200) !== 200;
  return refused ? 'refused' : 'done';
}

function answerWords({ commandStatus, queryStatus, queryResult = [], errors = [], ...more }: Answer): string {
  const codes = [...new Set(errors.map(({ code }) => code))].join(', ');
  if (commandStatus === 'rejected') return codes;
  const words =
    commandStatus === undefined
      ? [String(queryStatus ?? ''), codes || `${queryResult.length} row${queryResult.length === 1 ? '' : 's'}`]
      : [commandStatus, more.version === undefined ? '' : `version ${more.version}`];
  const marks = [more.duplicate === true ? 'duplicate' : '', more.stale === true ? 'stale' : ''];
  return [...words, ...marks].filter((word) => word !== '').join(', ');
}
