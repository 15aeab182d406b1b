/** Stream records → what is to be projected of each order, and the records that cannot be. Pure. */
import * as v from 'valibot';
import { idSchema } from '../shared/contract';
import { compareBytes, describeIssues, isSameLife, ORDER_KEY_PREFIX, readOrderImage, type Order } from './order-image';

/** What a batch says about one order. */
export interface Change {
  /** Key in the orders table, `order#<orderid>`. */
  readonly pk: string;
  readonly orderid: string;
  /** The newest image; undefined where the order was deleted. */
  readonly order: Order | undefined;
  /** The images don't tell what is there now (the order was deleted, or has two lives): the table must be asked. */
  readonly uncertain: boolean;
  /** The newest of the records' sequence numbers, in decimal digits. */
  readonly sequenceNumber: string;
  /** The record itself, for the quarantine. */
  readonly record: unknown;
}

/** A record that cannot be projected, with the reason. */
export interface BadRecord {
  readonly record: unknown;
  /** Key of the item, where the record tells it. */
  readonly pk: string | undefined;
  /** Decimal digits, where the record tells it. */
  readonly sequenceNumber: string | undefined;
  readonly error: string;
}

/** A batch as it is projected. */
export interface Batch {
  /** One for each order, by orderid: writers that lock in one order don't deadlock. */
  readonly changes: readonly Change[];
  readonly bad: readonly BadRecord[];
}

const sequenceSchema = v.pipe(v.string(), v.regex(/^[0-9]{1,40}$/, 'must be 1 to 40 digits'));

const recordSchema = v.object({
  eventID: v.string(),
  eventName: v.picklist(['INSERT', 'MODIFY', 'REMOVE']),
  dynamodb: v.object({
    Keys: v.object({
      pk: v.object({ S: v.pipe(v.string(), v.startsWith(ORDER_KEY_PREFIX, 'must be the key of an order')) }),
    }),
    SequenceNumber: sequenceSchema,
    NewImage: v.optional(v.unknown()),
  }),
});

/** @returns the change that a record of the orders table's stream tells of, or in words why it tells of none. */
export function readRecord(record: unknown): Change | string {
  const result = v.safeParse(recordSchema, record);
  if (!result.success) return describeIssues(result.issues);
  const { eventName, dynamodb } = result.output;
  const pk = dynamodb.Keys.pk.S;
  const orderid = pk.slice(ORDER_KEY_PREFIX.length);
  if (!v.is(idSchema, orderid)) return 'Keys.pk: must be order# and an id';
  const change = { pk, orderid, sequenceNumber: dynamodb.SequenceNumber, record };
  if (eventName === 'REMOVE') return { ...change, order: undefined, uncertain: true };
  const order = readOrderImage(dynamodb.NewImage);
  if (typeof order === 'string') return `NewImage: ${order}`;
  if (order.orderid !== orderid) return 'NewImage: must be the item that Keys names';
  return { ...change, order, uncertain: false };
}

const keyedSchema = v.object({ dynamodb: v.object({ Keys: v.object({ pk: v.object({ S: v.string() }) }) }) });
const numberedSchema = v.object({ dynamodb: v.object({ SequenceNumber: sequenceSchema }) });

/** A record of whatever shape, with what keeps it from being projected. */
export function badRecord(record: unknown, error: string): BadRecord {
  const keyed = v.safeParse(keyedSchema, record);
  const numbered = v.safeParse(numberedSchema, record);
  return {
    record,
    error,
    pk: keyed.success ? keyed.output.dynamodb.Keys.pk.S : undefined,
    sequenceNumber: numbered.success ? numbered.output.dynamodb.SequenceNumber : undefined,
  };
}

const isLater = (a: string, b: string): boolean => BigInt(a) > BigInt(b);

/** Whether a good change, if any, is newer than a bad record of its order: nothing is left to repair then. */
export const makesUpFor = (change: Change | undefined, sequenceNumber: string | null | undefined): boolean =>
  change !== undefined && typeof sequenceNumber === 'string' && !isLater(sequenceNumber, change.sequenceNumber);

/** Two changes of one order as one. Images of one life are told apart by their versions, not by their places. */
function merge(earlier: Change, later: Change): Change {
  const sequenceNumber = isLater(earlier.sequenceNumber, later.sequenceNumber)
    ? earlier.sequenceNumber
    : later.sequenceNumber;
  const oneLife =
    earlier.order !== undefined && later.order !== undefined && isSameLife(earlier.order, later.order)
      ? { newest: earlier.order.version > later.order.version ? earlier : later }
      : undefined;
  const uncertain = earlier.uncertain || later.uncertain || oneLife === undefined;
  return { ...(oneLife?.newest ?? later), uncertain, sequenceNumber };
}

/**
 * Reads a batch of stream records: the newest state of each order, and the bad records. A bad record that a later good one
 * of its order makes up for is no longer of interest and left out.
 */
export function readBatch(records: readonly unknown[]): Batch {
  const changes = new Map<string, Change>();
  const bad: BadRecord[] = [];
  for (const record of records) {
    const change = readRecord(record);
    if (typeof change === 'string') {
      bad.push(badRecord(record, change));
      continue;
    }
    const earlier = changes.get(change.pk);
    changes.set(change.pk, earlier === undefined ? change : merge(earlier, change));
  }
  return {
    changes: [...changes.values()].sort((a, b) => compareBytes(a.orderid, b.orderid)),
    bad: bad.filter(({ pk, sequenceNumber }) => !makesUpFor(changes.get(pk ?? ''), sequenceNumber)),
  };
}
