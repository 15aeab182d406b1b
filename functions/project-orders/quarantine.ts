/** Records that cannot be projected: kept whole, with the reason, until a newer record of their order makes up for them. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Sql } from '../shared/database';
import type { BadRecord, Change } from './read-batch';
import { deleteQuarantined, insertQuarantined, selectQuarantined, type QuarantineRow } from './statements';

/** Bounds of the columns. */
const MAX_ERROR = 1000;
const MAX_KEY_BYTES = 2048;
const EVENT_ID = /^[\x21-\x7e]{1,128}$/;

const eventIdSchema = v.object({ eventID: v.pipe(v.string(), v.regex(EVENT_ID)) });
const sequenceSchema = v.object({
  dynamodb: v.object({ SequenceNumber: v.pipe(v.string(), v.regex(/^[0-9]{1,40}$/)) }),
});

/** A bad record as it is kept. What has no usable id of its own gets one from its content, so that it is kept once. */
export function quarantineRow({ record, pk = '', error }: BadRecord): QuarantineRow {
  const json = JSON.stringify(record) as string | undefined; // undefined for a record that is undefined
  const whole = json ?? 'null';
  const id = v.safeParse(eventIdSchema, record);
  const sequence = v.safeParse(sequenceSchema, record);
  return {
    eventId: id.success ? id.output.eventID : `sha256:${createHash('sha256').update(whole).digest('hex')}`,
    pk: Buffer.byteLength(pk) > MAX_KEY_BYTES ? '' : pk,
    sequenceNumber: sequence.success ? sequence.output.dynamodb.SequenceNumber : null,
    error: error.slice(0, MAX_ERROR),
    record: whole,
  };
}

/** Keeps bad records, each once however often it is delivered. */
export async function quarantine(sql: Sql, bad: readonly BadRecord[]): Promise<void> {
  for (const one of bad) await insertQuarantined(sql, quarantineRow(one));
}

/** Lets go of the records that `changes`, which are good, are at least as new as. */
export async function heal(sql: Sql, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const newest = new Map(changes.map(({ pk, sequenceNumber }) => [pk, BigInt(sequenceNumber)]));
  const rows = await selectQuarantined(sql, [...newest.keys()]);
  const healed = rows.filter(({ pk, sequenceNumber }) => {
    const good = newest.get(pk);
    return good !== undefined && sequenceNumber !== null && BigInt(sequenceNumber) <= good;
  });
  await deleteQuarantined(
    sql,
    healed.map(({ id }) => id),
  );
}
