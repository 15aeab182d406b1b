/** Step 2, many times: pages of a segment of the scan into the copy. */
import { ofRun, RebuildCancelled } from '../project-orders/copy-of-run';
import { projectRecords } from '../project-orders/project-records';
import { selectRebuild } from '../shared/rebuild';
import type { Dependencies } from './deps';
import type { Item, Page, Place } from './scan';
import { moveSegment, selectSegments, type Segment } from './statements';

/** For so long, in milliseconds, pages are done by one invocation: an execution has a history of 25,000 events, and a page has none of them. */
export const WORKING_MS = 60_000;

/** How far a segment is. */
export interface Filled {
  readonly segment: number;
  readonly items: number;
  readonly done: boolean;
}

/** An item as a record that the projection takes for what it is: read a moment ago. */
export const scanRecord = (item: Item) => ({
  eventID: `rebuild:${item.pk.S}`,
  eventName: 'SCAN',
  dynamodb: { Keys: { pk: item.pk }, SequenceNumber: '0', NewImage: item },
});

/** Projects items of a scan into the copy of this run, in one transaction. Done again, nothing changes. */
export async function projectPage(deps: Dependencies, run: string, items: readonly Item[]): Promise<void> {
  await projectRecords(items.map(scanRecord), { ...deps, database: ofRun(deps.copy, run) });
}

/**
 * Projects pages of a segment from where it is, until it is done or a minute is over.
 *
 * @throws RebuildCancelled; errors of the database and of the table, after which the same again goes on.
 */
export async function fill(deps: Dependencies, run: string, segment: number): Promise<Filled> {
  const end = deps.now() + WORKING_MS;
  for (;;) {
    const rebuild = await deps.live.read(selectRebuild);
    if (rebuild?.run === run && rebuild.state === 'swapped') return { segment, items: 0, done: true };
    if (rebuild?.run !== run || rebuild.state !== 'filling') throw new RebuildCancelled(run);
    const segments = await deps.live.read((sql) => selectSegments(sql, deps.names.copy));
    const place = segments.find((one) => one.segment === segment);
    if (place === undefined) throw new Error(`There is no segment ${segment}`);
    if (place.done === 1 || deps.now() >= end) return { segment, items: place.items, done: place.done === 1 };
    await nextPages(deps, run, place, segments.length, end);
  }
}

/** Pages of one transaction, of a megabyte each: of large items there are few in one, and all of them are held in memory. */
export const PAGES = 8;

/** Pages up to the items of one transaction: the more there are, the nearer each other their rows lie, since a scan comes in no order. */
async function scanAtOnce({ scan, atOnce, now }: Dependencies, place: Place, end: number): Promise<Page> {
  let { items, next } = await scan(place);
  for (let pages = 1; next !== null && items.length < atOnce && pages < PAGES && now() < end; pages += 1) {
    const page = await scan({ ...place, after: next });
    items = [...items, ...page.items];
    next = page.next;
  }
  return { items, next };
}

async function nextPages(
  deps: Dependencies,
  run: string,
  place: Segment,
  segments: number,
  end: number,
): Promise<void> {
  const { items, next } = await scanAtOnce(deps, { segment: place.segment, segments, after: place.position }, end);
  await projectPage(deps, run, items);
  await deps.copy.read((sql) => moveSegment(sql, run, place, next, items.length));
}
