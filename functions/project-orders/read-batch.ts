/** Stream records → what is to be projected of each subject, and the records that cannot be. Pure. */
import * as v from 'valibot';
import { isId } from '../shared/contract';
import { describeIssues } from './image';
import { compareBytes, isSameLife, type Image, type Kind, type State } from './state';

/** A key, and how new what is known of it is. */
export interface Known {
  /** Key in the orders table, such as `order#6101`. */
  readonly pk: string;
  /** The newest of the records' sequence numbers, in decimal digits. */
  readonly sequenceNumber: string;
}

/** What a batch says about one subject. */
export interface Change<S extends State> extends Known {
  readonly id: string;
  /** The newest image; undefined where the subject was deleted, or nothing is known of it. */
  readonly image: Image<S> | undefined;
  /** The images don't tell what is there now (the subject was deleted, or may have two lives): the table must be asked. */
  readonly uncertain: boolean;
  /** It makes up for a bad record. Its version tells nothing then: what was repaired by hand may have the one that it had before. */
  readonly repairs?: boolean;
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

/** What a batch says about the subjects of one kind. */
export interface Batch<S extends State> {
  /** One for each subject, by id: writers that lock in one order don't deadlock. */
  readonly changes: readonly Change<S>[];
  readonly bad: readonly BadRecord[];
}

const SEQUENCE = /^[0-9]{1,40}$/;
const sequenceSchema = v.pipe(v.string(), v.regex(SEQUENCE, 'must be 1 to 40 digits'));

/** What every record of the orders table's stream is like. */
export const recordSchema = v.object({
  eventID: v.string(),
  /** REDRIVE is no stream's, but ours: whatever is there now is to be projected. */
  eventName: v.picklist(['INSERT', 'MODIFY', 'REMOVE', 'REDRIVE']),
  dynamodb: v.object({
    Keys: v.object({ pk: v.object({ S: v.string() }) }),
    SequenceNumber: sequenceSchema,
    NewImage: v.optional(v.unknown()),
  }),
});

/** What keys of a kind begin with. */
export type Prefixed = Pick<Kind<State, State>, 'prefix'>;

/** Whether `pk` can be the key of a subject of this kind. */
export const isKeyOf = ({ prefix }: Prefixed, pk: string | undefined): pk is string =>
  pk?.startsWith(prefix) === true && isId(pk.slice(prefix.length));

/** A record before anything is known of it: whatever it says may be missing, or of another type. */
interface AnyRecord {
  readonly eventID?: unknown;
  readonly eventName?: unknown;
  readonly dynamodb?: {
    readonly Keys?: { readonly pk?: { readonly S?: unknown } | null } | null;
    readonly SequenceNumber?: unknown;
    readonly NewImage?: unknown;
  } | null;
}

/** What a record tells, whatever the subject. */
interface Told {
  readonly isImage: boolean;
  readonly pk: string;
  readonly sequenceNumber: string;
  readonly newImage: unknown;
}

/** A new image with its key and place, read without the schema, which takes longer; undefined where that is to be asked. */
function readPlain(record: unknown): Told | undefined {
  const { eventID, eventName, dynamodb } = record as AnyRecord;
  const pk = keyOf(record);
  const sequenceNumber = dynamodb?.SequenceNumber;
  if (typeof eventID !== 'string' || (eventName !== 'INSERT' && eventName !== 'MODIFY')) return undefined;
  if (pk === undefined || typeof sequenceNumber !== 'string' || !SEQUENCE.test(sequenceNumber)) return undefined;
  return { isImage: true, pk, sequenceNumber, newImage: dynamodb?.NewImage };
}

/** The same by the schema, or in words what is wrong. */
function readTold(record: unknown): Told | string {
  const result = v.safeParse(recordSchema, record);
  if (!result.success) return describeIssues(result.issues);
  const { eventName, dynamodb } = result.output;
  const isImage = eventName === 'INSERT' || eventName === 'MODIFY';
  return { isImage, pk: dynamodb.Keys.pk.S, sequenceNumber: dynamodb.SequenceNumber, newImage: dynamodb.NewImage };
}

/** @returns the change that a record of a subject of this kind tells of, or in words why it tells of none. */
function readRecord<S extends Row, Row extends State>(kind: Kind<S, Row>, record: unknown): Change<S> | string {
  const told = readPlain(record) ?? readTold(record);
  if (typeof told === 'string') return told;
  const { pk, sequenceNumber, isImage, newImage } = told;
  const id = pk.slice(kind.prefix.length);
  if (!isImage) return { pk, id, sequenceNumber, record, image: undefined, uncertain: true };
  const image = kind.readImage(newImage);
  if (typeof image === 'string') return `NewImage: ${image}`;
  if (image.state.id !== id) return 'NewImage: must be the item that Keys names';
  return { pk, id, sequenceNumber, record, image, uncertain: false };
}

const numberedSchema = v.object({ dynamodb: v.object({ SequenceNumber: sequenceSchema }) });

/** Key of a record of whatever shape, where it tells one. Each kind asks for it, which is why no schema does. */
export function keyOf(record: unknown): string | undefined {
  const pk = (record as AnyRecord | null | undefined)?.dynamodb?.Keys?.pk?.S;
  return typeof pk === 'string' ? pk : undefined;
}

/** A record of whatever shape, with what keeps it from being projected. */
export function badRecord(record: unknown, error: string): BadRecord {
  const numbered = v.safeParse(numberedSchema, record);
  return {
    record,
    error,
    pk: keyOf(record),
    sequenceNumber: numbered.success ? numbered.output.dynamodb.SequenceNumber : undefined,
  };
}

const isLater = (a: string, b: string): boolean => BigInt(a) > BigInt(b);

/** Whether a good change, if any, is newer than a bad record of its subject: nothing is left to repair then. */
export const makesUpFor = (good: Known | undefined, sequenceNumber: string | null | undefined): boolean =>
  good !== undefined && typeof sequenceNumber === 'string' && !isLater(sequenceNumber, good.sequenceNumber);

/** Tells of bad records whether one of these good changes, by key, makes up for them. */
export const isMadeUpFor =
  (good: ReadonlyMap<string, Known>) =>
  ({ pk = '', sequenceNumber }: BadRecord): boolean =>
    makesUpFor(good.get(pk), sequenceNumber);

/** Two changes of one subject as one. Images of one life are told apart by their versions, not by their places. */
function merge<S extends State>(earlier: Change<S>, later: Change<S>): Change<S> {
  const sequenceNumber = isLater(earlier.sequenceNumber, later.sequenceNumber)
    ? earlier.sequenceNumber
    : later.sequenceNumber;
  const [a, b] = [earlier.image?.state, later.image?.state];
  const oneLife =
    a !== undefined && b !== undefined && isSameLife(a, b)
      ? { newest: a.version > b.version ? earlier : later }
      : undefined;
  const uncertain = earlier.uncertain || later.uncertain || oneLife === undefined;
  return { ...(oneLife?.newest ?? later), uncertain, sequenceNumber };
}

/**
 * Reads those records of a batch that are of one kind: the newest state of each subject, and the bad records. A bad record that a
 * later good one of its subject makes up for is no longer of interest and left out.
 */
export function readBatch<S extends Row, Row extends State>(kind: Kind<S, Row>, records: readonly unknown[]): Batch<S> {
  const changes = new Map<string, Change<S>>();
  const bad: BadRecord[] = [];
  for (const record of records) {
    if (!isKeyOf(kind, keyOf(record))) continue;
    const change = readRecord(kind, record);
    if (typeof change === 'string') {
      bad.push(badRecord(record, change));
      continue;
    }
    const earlier = changes.get(change.pk);
    changes.set(change.pk, earlier === undefined ? change : merge(earlier, change));
  }
  const isRepaired = isMadeUpFor(changes);
  const repaired = new Set(bad.filter(isRepaired).map(({ pk }) => pk));
  return {
    changes: [...changes.values()]
      .map((change) => (repaired.has(change.pk) ? { ...change, repairs: true } : change))
      .sort((a, b) => compareBytes(a.id, b.id)),
    bad: bad.filter((one) => !isRepaired(one)),
  };
}
