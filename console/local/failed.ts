/** What failed and is kept, by the tool's own functions: the console does what `order-pipeline failed` and `quarantine` do. */
import { everything, type Failed } from '../../cli/failed';
import { withFailed } from '../../cli/failed-events';
import type { Pipeline, ReadModel } from '../../cli/pipeline';
import { getAll, list, redriveRecords, whyLeft } from '../../cli/quarantine';
import { messageOf } from '../../local/problem';
import type { Dealt, FailedPage, FailedRow, Health, Measured, QuarantinePage } from '../api';
import type { Deed } from '../server/source';

/** Of each place. */
const LIMIT = 50;
const MAX_TEXT = 20_000;
const OBJECTS = 100;

export const listFailed = (pipeline: Pipeline): Promise<FailedPage> =>
  withFailed(pipeline, async (places) => {
    const failed: FailedRow[] = [];
    let more = false;
    for (const place of places) {
      let looked = 0;
      for await (const one of place.failed) {
        looked += 1;
        if (looked > LIMIT) break;
        failed.push(await rowOf(one));
      }
      more ||= looked > LIMIT;
    }
    return { failed: failed.sort((a, b) => (a.at < b.at ? 1 : -1)), more };
  });

async function rowOf(one: Failed): Promise<FailedRow> {
  const { what, error, whole } = await one.tell();
  const text = JSON.stringify(whole, undefined, 2);
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}\n… (${text.length} characters)` : text;
  return { id: one.id, where: one.where, at: one.at.toISOString(), what, error, whole: cut };
}

export const dealWithFailed = (pipeline: Pipeline, deed: Deed, ids: readonly string[]): Promise<Dealt> =>
  withFailed(pipeline, async (places) => {
    const wanted = new Set(ids);
    const undone: Dealt['undone'][number][] = [];
    let done = 0;
    for await (const one of everything(places)) {
      if (!wanted.delete(one.id)) continue;
      try {
        await one[deed]();
        done += 1;
      } catch (error) {
        undone.push({ id: one.id, why: messageOf(error) });
      }
      if (wanted.size === 0) break;
    }
    return { done, undone: [...undone, ...[...wanted].map((id) => ({ id, why: 'it is not there any more' }))] };
  });

export async function listQuarantined(readModel: ReadModel): Promise<QuarantinePage> {
  const { records, isAll } = await list(readModel, LIMIT);
  return { records, more: !isAll };
}

export async function dealWithQuarantined(readModel: ReadModel, deed: Deed, ids: readonly number[]): Promise<Dealt> {
  if (deed === 'discard') {
    const { discarded } = await readModel.ask({ operation: 'quarantine.discard', ids: [...ids] });
    return { done: discarded, undone: [] };
  }
  const records = await getAll(readModel, ids);
  const left = await redriveRecords(readModel, records);
  const undone = records.filter(({ id }) => left.has(id)).map(({ id, pk }) => ({ id: String(id), why: whyLeft(pk) }));
  return { done: records.length - undone.length, undone };
}

/** How much is kept in each place; one that cannot be asked does not hide the others. */
export async function depths({ parked, undelivered, unprojected, readModel }: Pipeline): Promise<Omit<Health, 'lag'>> {
  const [parkedDepth, undeliveredDepth, objects, records] = await Promise.all([
    measure(async () => ({ value: await parked.depth() })),
    measure(async () => ({ value: await undelivered.depth() })),
    measure(async () => atLeast((await unprojected.list(OBJECTS)).length)),
    measure(async () => atLeast((await list(readModel, OBJECTS)).records.length)),
  ]);
  return { parked: parkedDepth, undelivered: undeliveredDepth, unprojected: objects, quarantined: records };
}

const atLeast = (value: number): Measured => ({ value, ...(value === OBJECTS && { orMore: true as const }) });

async function measure(work: () => Promise<Measured>): Promise<Measured> {
  try {
    return await work();
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
