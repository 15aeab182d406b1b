/** Stream records that no retry could project, as objects of a bucket. Each is read only when it is asked for: it may hold a batch. */
import * as v from 'valibot';
import { messageOf, Problem } from '../local/problem';
import type { Failed, Place, Told } from './failed';
import type { Bucket, Pipeline, ReadModel } from './pipeline';

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

/** The bucket as a place of things that failed. */
export const unprojectedOf = ({ unprojected, readModel }: Pipeline): Place => ({
  where: 'unprojected',
  failed: objectsOf(unprojected, readModel),
  count: async () => (await unprojected.list(Infinity)).length,
});

async function* objectsOf(bucket: Bucket, readModel: ReadModel): AsyncIterable<Failed> {
  for (const { key, at } of await bucket.list(Infinity)) {
    const read = async (): Promise<unknown> => parseLoosely(await bucket.read(key));
    yield {
      id: key,
      where: 'unprojected',
      at,
      tell: async () => tellOf(await read()),
      async redrive() {
        await projectAgain(readModel, readKeys(await read()));
        await bucket.remove(key);
      },
      discard: () => bucket.remove(key),
    };
  }
}

/** @throws Problem where something could not be projected: what the quarantine holds of it then are not the records, which only the object has. */
async function projectAgain(readModel: ReadModel, pks: readonly string[]): Promise<void> {
  const bad: string[] = [];
  for (let start = 0; start < pks.length; start += KEYS)
    bad.push(...(await readModel.redrive(pks.slice(start, start + KEYS))).quarantined);
  if (bad.length === 0) return;
  throw new Problem(
    `${pks.length - bad.length} of its ${pks.length} keys are projected; not as they should be in the orders table, and in quarantine: ` +
      `${bad.join(', ')}. It is still kept, as it holds their records: correct the items, then redrive it again`,
  );
}

function tellOf(whole: unknown): Told {
  const object = v.safeParse(objectSchema, whole);
  const condition = object.success ? object.output.requestContext?.condition : undefined;
  return { what: describeKeys(whole), error: condition ?? 'not told', whole };
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
export function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
