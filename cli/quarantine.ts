/** Records in quarantine, by way of our function: listed, looked at, projected again. */
import type { QuarantinedRecord } from '../functions/operate-read-model/operate';
import { CliProblem, EXIT } from './exit';
import type { ReadModel } from './pipeline';

/** Records of one page: as many as the function gives. */
const PAGE = 500;

/** The oldest records, `limit` at most. */
export async function list(
  readModel: ReadModel,
  limit: number,
): Promise<{ records: QuarantinedRecord[]; isAll: boolean }> {
  const records: QuarantinedRecord[] = [];
  let after: number | undefined = 0;
  while (after !== undefined && records.length < limit) {
    const page: { readonly records: readonly QuarantinedRecord[]; readonly next?: number } = await readModel.ask({
      operation: 'quarantine.list',
      after,
      limit: Math.min(PAGE, limit - records.length),
    });
    records.push(...page.records);
    after = page.next;
  }
  return { records, isAll: after === undefined };
}

/** @throws CliProblem for an id that no record has. */
export async function getAll(readModel: ReadModel, ids: readonly number[]): Promise<QuarantinedRecord[]> {
  const records: QuarantinedRecord[] = [];
  for (const id of ids) {
    const { record } = await readModel.ask({ operation: 'quarantine.get', id });
    if (record === undefined)
      throw new CliProblem(
        EXIT.notFound,
        `There is no record ${id} in quarantine. Those that are: npx order-pipeline quarantine ls`,
      );
    records.push(record);
  }
  return records;
}

/** Keys of one invocation of the projector. */
const KEYS = 1000;

/** Has the projector read their items again. @returns ids of the records that are in quarantine still. */
export async function redriveRecords(
  readModel: ReadModel,
  records: readonly QuarantinedRecord[],
): Promise<Set<number>> {
  const pks = [...new Set(records.map(({ pk }) => pk).filter((pk) => pk !== ''))];
  for (let start = 0; start < pks.length; start += KEYS) await readModel.redrive(pks.slice(start, start + KEYS));
  return new Set((await list(readModel, Infinity)).records.map(({ id }) => id));
}

/** Why a record is in quarantine still, though its item was projected again. */
export const whyLeft = (pk: string): string =>
  pk === ''
    ? 'the record does not tell its key'
    : `${pk} is still not as it should be in the orders table; correct or delete it there, or discard the record`;
