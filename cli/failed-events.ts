/** Events that failed, in one shape wherever they are kept: how to tell of one, how to send it again, how to give it up. */
import * as v from 'valibot';
import { Problem } from '../local/problem';
import type { Failed, Place, Told } from './failed';
import type { Bus, Entry, Pipeline, Queue, QueueMessage } from './pipeline';
import { parseLoosely, unprojectedOf } from './unprojected';

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

/** While `work` runs, nobody else sees the messages that it has asked for. */
export function withFailed<T>(pipeline: Pipeline, work: (places: readonly Place[]) => Promise<T>): Promise<T> {
  const { bus, parked, undelivered } = pipeline;
  const again = new Set<string>();
  return parked.borrow((parkedPages) =>
    undelivered.borrow((undeliveredPages) =>
      work([
        placeOf(
          'parked',
          parked,
          failedOf(parkedPages, (message) => readParked(message, bus, again), again),
        ),
        placeOf('undelivered', undelivered, failedOf(undeliveredPages, (message) => readUndelivered(message, bus, again), again)), // prettier-ignore
        unprojectedOf(pipeline),
      ]),
    ),
  );
}

const placeOf = (where: Place['where'], queue: Queue, failed: AsyncIterable<Failed>): Place => ({
  where,
  failed,
  count: () => queue.depth(),
});

/** An event of a queue, with the id that the bus gave it. */
interface FailedEvent {
  readonly failed: Failed;
  readonly eventId: string | undefined;
}

/** @param again ids of events that we sent: one that failed once more meanwhile waits for the next time, or this would never end. */
async function* failedOf(
  pages: AsyncIterable<readonly QueueMessage[]>,
  read: (message: QueueMessage) => FailedEvent,
  again: ReadonlySet<string>,
): AsyncIterable<Failed> {
  for await (const page of pages)
    for (const { failed, eventId } of page.map(read)) if (eventId === undefined || !again.has(eventId)) yield failed;
}

function readParked(message: QueueMessage, bus: Bus, again: Set<string>): FailedEvent {
  const whole = parseLoosely(message.body);
  const parked = v.safeParse(parkedSchema, whole);
  const event = parked.success ? parked.output.event : undefined;
  const { Error: name, Cause: cause } = parked.success ? parked.output.error : { Error: 'no parked event', Cause: '' };
  const error = [name, cause].filter(Boolean).join(': ');
  return fromMessage('parked', message, event, { what: nameOf(event), error, whole }, bus, again);
}

/** EventBridge keeps the event itself, and tells the error by attributes: docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
function readUndelivered(message: QueueMessage, bus: Bus, again: Set<string>): FailedEvent {
  const event = parseLoosely(message.body);
  const error = [message.attributes['ERROR_CODE'], message.attributes['ERROR_MESSAGE']].filter(Boolean).join(': ');
  const whole = { event, attributes: message.attributes };
  return fromMessage('undelivered', message, event, { what: nameOf(event), error, whole }, bus, again);
}

function fromMessage(
  where: Failed['where'],
  message: QueueMessage,
  event: unknown,
  told: Told,
  bus: Bus,
  again: Set<string>,
): FailedEvent {
  const failed: Failed = {
    id: message.id,
    where,
    at: message.sentAt,
    tell: () => Promise.resolve(told),
    async redrive() {
      const [result] = await bus.put([entryAgain(event)]);
      if (result === undefined || 'error' in result)
        throw new Problem(`The bus refused it, so it is still kept: ${result?.error ?? 'no answer'}`);
      again.add(result.eventId);
      await message.remove();
    },
    discard: () => message.remove(),
  };
  const read = v.safeParse(eventSchema, event);
  return { failed, eventId: read.success ? read.output.id : undefined };
}

/**
 * The event as it was. The bus gives it another id, and without `commandId` the id is the key of idempotency: then the old id
 * goes along as `commandId`, or a command that took effect before it failed would take effect twice.
 *
 * A createOrder goes without: the order remembers the content that created it, and a command without a key that brings the same is
 * a duplicate, whoever sent it first. With the old id as its key, it would be refused where the sender's own retry has created it.
 *
 * @throws Problem when it is no event.
 */
export function entryAgain(event: unknown): Entry {
  const result = v.safeParse(eventSchema, event);
  if (!result.success) throw new Problem('It is no event, so it cannot be sent again. Discard it.');
  const { id, source, time, detail, 'detail-type': detailType } = result.output;
  const keyed = detailType === 'orderCommand' && needsKey(detail) ? { ...detail, commandId: id } : detail;
  return { source, detailType, time, detail: JSON.stringify(keyed) };
}

const needsKey = (detail: unknown): detail is Record<string, unknown> =>
  v.is(detailSchema, detail) &&
  !Array.isArray(detail) &&
  !('commandId' in detail) &&
  detail['command'] !== 'createOrder';

function nameOf(event: unknown): string {
  const result = v.safeParse(v.object({ detail: detailSchema }), event);
  if (!result.success) return 'no event of ours';
  const { command, query, orderId, customerId, itemid } = result.output.detail;
  const words = [command ?? query, orderId ?? customerId ?? itemid].filter((word) => typeof word === 'string');
  return words.join(' ').slice(0, 80) || 'no command';
}
