/** Records that cannot be projected: kept whole, with the reason, until a newer record of their subject makes up for them. */
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Sql, TransactionSql } from '../shared/database';
import { makesUpFor, type BadRecord, type Known } from './read-batch';
import {
  deleteQuarantined,
  insertFirstQuarantined,
  insertQuarantined,
  selectQuarantined,
  type QuarantineRow,
} from './statements';

/** Bounds of the columns. */
const MAX_ERROR = 1000;
const MAX_KEY_BYTES = 2048;
const EVENT_ID = /^[\x21-\x7e]{1,128}$/;

const eventIdSchema = v.object({ eventID: v.pipe(v.string(), v.regex(EVENT_ID)) });

/** Records that we made, of what is in the table. */
const oursSchema = v.object({ eventName: v.picklist(['REDRIVE', 'SCAN']) });

/** A bad record as it is kept. What has no usable id of its own gets one from its content, so that it is kept once. */
export function quarantineRow({ record, pk = '', sequenceNumber, error }: BadRecord): QuarantineRow {
  const json = JSON.stringify(record) as string | undefined; // undefined for a record that is undefined
  const whole = json ?? 'null';
  const id = v.safeParse(eventIdSchema, record);
  return {
    eventId: id.success ? id.output.eventID : `sha256:${createHash('sha256').update(whole).digest('hex')}`,
    pk: Buffer.byteLength(pk) > MAX_KEY_BYTES ? '' : pk,
    sequenceNumber: sequenceNumber ?? null,
    error: error.slice(0, MAX_ERROR),
    record: whole,
  };
}

/** Keeps bad records, each once however often it is delivered. */
export async function quarantine(sql: TransactionSql, bad: readonly BadRecord[]): Promise<void> {
  for (const one of bad) {
    const insert = v.is(oursSchema, one.record) ? insertFirstQuarantined : insertQuarantined;
    await insert(sql, quarantineRow(one));
  }
}

/** A record in quarantine, by id and key. */
export interface Quarantined {
  readonly id: number;
  readonly pk: string;
}

/** The records in quarantine that `changes`, which are good, are at least as new as. */
export async function madeUpFor(sql: Sql, changes: readonly Known[]): Promise<Quarantined[]> {
  const good = new Map(changes.map((change) => [change.pk, change]));
  const rows = await selectQuarantined(sql, [...good.keys()]);
  return rows.filter(({ pk, sequenceNumber }) => makesUpFor(good.get(pk), sequenceNumber));
}

/** Lets records go. */
export function letGo(sql: TransactionSql, records: readonly Quarantined[]): Promise<void> {
  return deleteQuarantined(
    sql,
    records.map(({ id }) => id),
  );
}
