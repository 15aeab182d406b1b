/** What failed, wherever it is kept, in one shape: how to tell of it, how to send it again, how to give it up. */
import * as v from 'valibot';
import { messageOf, Problem } from '../local/problem';
import type { Bus, Entry, Pipeline, QueueMessage } from './pipeline';

/** One thing that failed. */
export interface Failed {
  /** The message's id, or the object's key. */
  readonly id: string;
  readonly where: 'parked' | 'undelivered' | 'unprojected';
  readonly at: Date;
  /** Such as `createOrder 6101`. */
  readonly what: string;
  readonly error: string;
  /** All that is kept of it. */
  readonly whole: unknown;
  /** Tries again, and only then forgets it. Throws where that is impossible; it is still kept then. */
  redrive(): Promise<void>;
  discard(): Promise<void>;
}

const eventSchema = v.object({
  id: v.string(),
  source: v.string(),
  'detail-type': v.string(),
  time: v.pipe(
    v.string(),
    v.transform((text) => new Date(text)),
    v.date(),
  ),
  detail: v.unknown(),
});

const parkedSchema = v.object({
  event: v.unknown(),
  error: v.object({ Error: v.optional(v.string(), ''), Cause: v.optional(v.string(), '') }),
});

const detailSchema = v.looseObject({});

/** Up to `max` of each kind, while `work` runs nobody else sees the messages. */
export function withFailed<T>(pipeline: Pipeline, max: number, work: (failed: readonly Failed[]) => Promise<T>) {
  return pipeline.parked.borrow(max, (parked) =>
    pipeline.undelivered.borrow(max, async (undelivered) => {
      const failed = [
        ...parked.map((message) => readParked(message, pipeline.bus)),
        ...undelivered.map((message) => readUndelivered(message, pipeline.bus)),
        ...(await readUnprojected(pipeline, max)),
      ];
      return work(failed);
    }),
  );
}

function readParked(message: QueueMessage, bus: Bus): Failed {
  const whole = parseLoosely(message.body);
  const parked = v.safeParse(parkedSchema, whole);
  const event = parked.success ? parked.output.event : undefined;
  const { Error: name, Cause: cause } = parked.success ? parked.output.error : { Error: 'no parked event', Cause: '' };
  return {
    ...fromMessage(message, event, bus),
    where: 'parked',
    whole,
    error: [name, cause].filter(Boolean).join(': '),
  };
}

/** EventBridge keeps the event itself, and tells the error by attributes: docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
function readUndelivered(message: QueueMessage, bus: Bus): Failed {
  const event = parseLoosely(message.body);
  const error = [message.attributes['ERROR_CODE'], message.attributes['ERROR_MESSAGE']].filter(Boolean).join(': ');
  const whole = { event, attributes: message.attributes };
  return { ...fromMessage(message, event, bus), where: 'undelivered', whole, error };
}

function fromMessage(message: QueueMessage, event: unknown, bus: Bus) {
  return {
    id: message.id,
    at: message.sentAt,
    what: nameOf(event),
    async redrive() {
      const [result] = await bus.put([entryAgain(event)]);
      if (result === undefined || 'error' in result)
        throw new Problem(`The bus refused it, so it is still kept: ${result?.error ?? 'no answer'}`);
      await message.remove();
    },
    discard: () => message.remove(),
  };
}

/**
 * The event as it was. The bus gives it another id, and without `commandId` the id is the key of idempotency: then the old id
 * goes along as `commandId`, or a command that took effect before it failed would take effect twice.
 *
 * @throws Problem when it is no event.
 */
export function entryAgain(event: unknown): Entry {
  const result = v.safeParse(eventSchema, event);
  if (!result.success) throw new Problem('It is no event, so it cannot be sent again. Discard it.');
  const { id, source, time, detail, 'detail-type': detailType } = result.output;
  const keyed =
    detailType === 'orderCommand' && v.is(detailSchema, detail) && !Array.isArray(detail) && !('commandId' in detail)
      ? { ...detail, commandId: id }
      : detail;
  return { source, detailType, time, detail: JSON.stringify(keyed) };
}

function nameOf(event: unknown): string {
  const result = v.safeParse(v.object({ detail: detailSchema }), event);
  if (!result.success) return 'no event of ours';
  const { command, query, orderId, customerId, itemid } = result.output.detail;
  const words = [command ?? query, orderId ?? customerId ?? itemid].filter((word) => typeof word === 'string');
  return words.join(' ').slice(0, 80) || 'no command';
}

const objectSchema = v.object({
  payload: v.union([v.string(), v.looseObject({})]),
  responseContext: v.optional(v.looseObject({ functionError: v.optional(v.string()) })),
  requestContext: v.optional(v.looseObject({ condition: v.optional(v.string()) })),
});
const batchSchema = v.object({
  Records: v.array(v.object({ dynamodb: v.object({ Keys: v.object({ pk: v.object({ S: v.string() }) }) }) })),
});

/** Keys in the orders table that an object of the bucket tells of: docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html */
export function keysOf(whole: unknown): string[] {
  const { payload } = v.parse(objectSchema, whole);
  const { Records } = v.parse(batchSchema, typeof payload === 'string' ? JSON.parse(payload) : payload);
  return [...new Set(Records.map(({ dynamodb }) => dynamodb.Keys.pk.S))];
}

/** Keys of one invocation of the projector. */
const KEYS = 1000;

async function readUnprojected({ unprojected, readModel }: Pipeline, max: number): Promise<Failed[]> {
  const objects = await unprojected.list(max);
  return Promise.all(
    objects.map(async ({ key, at }): Promise<Failed> => {
      const whole = parseLoosely(await unprojected.read(key));
      const object = v.safeParse(objectSchema, whole);
      return {
        id: key,
        where: 'unprojected',
        at,
        what: describeKeys(whole),
        error: (object.success ? object.output.requestContext?.condition : undefined) ?? 'not told',
        whole,
        async redrive() {
          const pks = readKeys(whole);
          for (let start = 0; start < pks.length; start += KEYS)
            await readModel.redrive(pks.slice(start, start + KEYS));
          await unprojected.remove(key);
        },
        discard: () => unprojected.remove(key),
      };
    }),
  );
}

function readKeys(whole: unknown): string[] {
  try {
    return keysOf(whole);
  } catch (error) {
    throw new Problem(`It tells of no keys of the orders table (${messageOf(error)}), so it cannot be projected.`);
  }
}

function describeKeys(whole: unknown): string {
  try {
    const pks = keysOf(whole);
    return pks.length === 1 ? (pks[0] ?? '') : `${pks.length} keys`;
  } catch {
    return 'no stream records';
  }
}

/** JSON, or the text itself where it is none. */
function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
