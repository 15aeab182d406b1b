/** What of a load the pipeline must have kept: events that are parked, records in quarantine. */
import { setTimeout as delay } from 'node:timers/promises';
import * as v from 'valibot';
import { parseLoosely } from '../../unprojected';
import type { Pipeline, Queue } from '../../pipeline';

const parkedSchema = v.object({ event: v.object({ id: v.string() }) });

/** Looks for things until all are found, or `signal` is aborted; resolves to those that were not. */
async function untilFound(
  wanted: readonly string[],
  look: (left: ReadonlySet<string>) => Promise<readonly string[]>,
  signal: AbortSignal,
): Promise<string[]> {
  const left = new Set(wanted);
  while (left.size > 0) {
    for (const one of await look(left)) left.delete(one);
    if (signal.aborted) break;
    if (left.size > 0) await delay(1_000, undefined, { signal }).catch(() => undefined);
  }
  return [...left];
}

/** @returns ids of the events that are not parked. */
export const notParked = ({ parked }: Pipeline, ids: readonly string[], signal: AbortSignal): Promise<string[]> =>
  untilFound(ids, () => parkedIds(parked), signal);

const parkedIds = (queue: Queue): Promise<string[]> =>
  queue.borrow(async (pages) => {
    const ids: string[] = [];
    for await (const page of pages)
      for (const { body } of page) {
        const message = v.safeParse(parkedSchema, parseLoosely(body));
        if (message.success) ids.push(message.output.event.id);
      }
    return ids;
  });

/** @returns keys of the items that are not in quarantine. */
export const notQuarantined = (pipeline: Pipeline, pks: readonly string[], signal: AbortSignal): Promise<string[]> =>
  untilFound(pks, () => quarantinedKeys(pipeline), signal);

async function quarantinedKeys({ readModel }: Pipeline): Promise<string[]> {
  const keys: string[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    const page: { readonly records: readonly { readonly pk: string }[]; readonly next?: number } = await readModel.ask({
      operation: 'quarantine.list',
      after,
      limit: 500,
    });
    keys.push(...page.records.map(({ pk }) => pk));
    after = page.next;
  }
  return keys;
}
