/** Projecting subjects again, as they are in the table now: what a person asks for once the reason of a quarantine is gone. */
import * as v from 'valibot';
import { describeIssues } from './image';
import { projectRecords, type Dependencies } from './project-records';
import { deleteQuarantined, selectQuarantined } from './statements';

/** Keys of one invocation: all are projected in one transaction. */
const MAX_KEYS = 1000;
/** Of a key, in bytes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const MAX_KEY_BYTES = 2048;

const requestSchema = v.object({
  redrive: v.pipe(
    v.array(v.pipe(v.string(), v.nonEmpty(), v.maxBytes(MAX_KEY_BYTES))),
    v.minLength(1),
    v.maxLength(MAX_KEYS),
  ),
});

/** A direct invocation, unchecked. */
export interface RedriveRequest {
  /** Keys of the orders table, such as `order#6101`. */
  readonly redrive: unknown;
}

/** What came of it, by keys. */
export interface Redriven {
  readonly redriven: readonly string[];
  /** What still cannot be projected, and lies in quarantine. */
  readonly quarantined: readonly string[];
}

/**
 * @returns the keys, each once.
 * @throws Error that says what is wrong with the request.
 */
export function readRedriveRequest(request: RedriveRequest): string[] {
  const result = v.safeParse(requestSchema, request);
  if (!result.success) throw new Error(`The request must be { "redrive": [keys] }: ${describeIssues(result.issues)}`);
  return [...new Set(result.output.redrive)];
}

/** Number 0: newer records of the key, which are in quarantine or to come, are not made up for by it, but make up for it. */
export const redriveRecord = (pk: string) => ({
  eventID: `redrive:${pk}`,
  eventName: 'REDRIVE',
  dynamodb: { Keys: { pk: { S: pk } }, SequenceNumber: '0' },
});

/**
 * Projects what is in the table under these keys, by the way of every change whose image is uncertain, and lets go of what lay
 * in quarantine of them before.
 *
 * @throws as projectRecords; then nothing of the quarantine is lost, and asking again is right.
 */
export async function redrive(pks: readonly string[], deps: Dependencies): Promise<Redriven> {
  // Read first: what is quarantined while this runs may be newer than what it projects.
  const before = await deps.database.read((sql) => selectQuarantined(sql, pks));
  const summary = await projectRecords(pks.map(redriveRecord), deps);
  const bad = new Set(summary.quarantined.map(({ pk }) => pk));
  const healed = before.filter(({ pk }) => !bad.has(pk));
  await deps.database.transaction((sql) =>
    deleteQuarantined(
      sql,
      healed.map(({ id }) => id),
    ),
  );
  return { redriven: pks.filter((pk) => !bad.has(pk)), quarantined: pks.filter((pk) => bad.has(pk)) };
}
