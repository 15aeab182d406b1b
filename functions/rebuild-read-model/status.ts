/** How far a rebuild is, and how it is given up. */
import type { Dependencies } from './deps';
import { exclusively } from './exclusive';
import { leave } from './prepare';
import { selectRebuildRow, selectSegments, writeCancelled, type RebuildRow, type Segment } from './statements';

/** Of the last rebuild. */
export interface Status {
  readonly state: 'none' | RebuildRow['state'];
  readonly run?: string;
  readonly segments?: number;
  readonly segmentsDone?: number;
  /** Orders, customers and items that were read. */
  readonly items?: number;
  /** How many the read model held when it began. */
  readonly expected?: number;
  /** Items read a second since it began, or last went on, to fill the copy. */
  readonly itemsPerSecond?: number;
  /** Estimated, while it is under way and the rate is known. */
  readonly secondsLeft?: number;
}

/** What the state machine waits before it fills (`Wait for Projectors`), in seconds: no part of the rate. */
export const WAIT_SECONDS = 15;

const NONE: Status = { state: 'none' };

/** What row and segments come to. Pure. */
export function statusOf(rebuild: RebuildRow, segments: readonly Segment[]): Status {
  const { run, state, expected, itemsBefore, seconds } = rebuild;
  if (state === 'cancelled') return { state, run };
  const items = segments.reduce((sum, segment) => sum + segment.items, 0);
  const known = { state, run, segments: segments.length, segmentsDone: segments.filter(({ done }) => done === 1).length, items, expected }; // prettier-ignore
  if (state === 'swapped') return known;
  const filling = seconds - WAIT_SECONDS;
  const rate = filling > 0 ? (items - itemsBefore) / filling : 0;
  if (rate <= 0) return known;
  return { ...known, itemsPerSecond: Math.round(rate), secondsLeft: Math.ceil(Math.max(0, expected - items) / rate) };
}

export async function status({ live, names }: Dependencies): Promise<Status> {
  const rebuild = await live.read(selectRebuildRow);
  if (rebuild === undefined) return NONE;
  if (rebuild.state === 'cancelled') return statusOf(rebuild, []);
  const database = rebuild.state === 'filling' ? names.copy : names.live;
  return statusOf(rebuild, await live.read((sql) => selectSegments(sql, database)));
}

/**
 * Gives the rebuild up that is under way. Its state machine finds that out at its next step.
 *
 * @returns whether one was.
 */
export const cancel = (deps: Dependencies): Promise<{ cancelled: boolean }> =>
  exclusively(deps, async (sql) => {
    const cancelled = await writeCancelled(sql);
    await leave(sql, deps.names);
    return { cancelled };
  });
