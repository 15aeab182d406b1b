/** Schemas of attributes, as DynamoDB writes them: `{ S: … }`, `{ N: … }`. The bounds are those of the columns. */
import * as v from 'valibot';
import { BOUNDS, idSchema } from '../shared/contract';
import { issueWords } from '../shared/issue-words';
import type { Image, State } from './state';

/** A string attribute, `{ S }`. */
export const text = <T>(schema: v.GenericSchema<unknown, T>) =>
  v.pipe(
    v.object({ S: schema }),
    v.transform((attribute) => attribute.S),
  );

/** A whole number from 1, as DynamoDB writes it. */
export const COUNT = /^[1-9][0-9]{0,9}$/;

/** A whole number from 1 to `most` as a number attribute, `{ N }`: DynamoDB carries numbers as strings. */
export const count = (most: number) =>
  v.pipe(
    v.object({ N: v.pipe(v.string(), v.regex(COUNT, 'must be a whole number from 1')) }),
    v.transform((attribute) => Number(attribute.N)),
    v.maxValue(most, `must be at most ${most}`),
  );

/** Text of 1 to `most` characters. Columns count code points, and JavaScript's `length` doesn't. */
export const characters = (most: number) =>
  v.pipe(
    v.string(),
    v.check((value) => value !== '' && Array.from(value).length <= most, `must have 1 to ${most} characters`),
  );

/** What every subject's item has. */
export const subjectFields = {
  pk: text(v.string()),
  version: count(BOUNDS.version),
  createdBy: text(idSchema),
  eventId: text(v.string()),
};

/** What a schema found wrong, each fault with its place: `items.L.0.M.quantity.N: must be …`. */
export const describeIssues = (issues: readonly v.BaseIssue<unknown>[]): string =>
  issues.map((issue) => `${v.getDotPath(issue) ?? 'whole'}: ${issueWords(issue)}`).join('; ');

/** What the reader of a kind makes of an item. */
export interface ReadItem<S extends State> {
  readonly pk: string;
  readonly eventId: string;
  readonly state: S;
}

/**
 * Makes the reader of items in DynamoDB's JSON (`{ pk: { S: … }, … }`).
 *
 * @returns a function that gives the image, or in words why it is none. Attributes that `schema` does not name are allowed.
 * @param readPlain does the same for what is plainly all right, sooner; undefined where it is not.
 */
export const imageReader =
  <S extends State>(
    prefix: string,
    schema: v.GenericSchema<unknown, ReadItem<S>>,
    readPlain: (item: unknown) => ReadItem<S> | undefined = () => undefined,
  ) =>
  (item: unknown): Image<S> | string => {
    const plain = readPlain(item);
    const result = plain === undefined ? v.safeParse(schema, item) : { success: true as const, output: plain };
    if (!result.success) return describeIssues(result.issues);
    const { pk, eventId, state } = result.output;
    return pk === prefix + state.id ? { state, eventId } : 'pk: must agree with the id';
  };
