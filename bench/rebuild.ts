/**
 * A rebuild from a recorded scan, by the steps and the projection of the real functions: the state machine, its waiting and DynamoDB's own
 * time are left out. The emulator's scan would be what is measured otherwise.
 */
import type { OrdersTable } from '../functions/project-orders/orders-table';
import type { Dependencies } from '../functions/rebuild-read-model/deps';
import { doStep } from '../functions/rebuild-read-model/request';
import type { Item, Scan } from '../functions/rebuild-read-model/scan';
import { connectDatabase, type DatabaseConfig } from '../functions/shared/database';
import { copyName } from '../functions/shared/rebuild';

/** Pages as a scan gave them, of about a megabyte each as DynamoDB's are; from files, or made when they are asked for. */
export interface Recording {
  readonly segments: number;
  /** How many pages a segment has. */
  readonly pages: (segment: number) => number;
  readonly read: (segment: number, page: number) => readonly Item[];
}

/** Gives the pages of a recording; a place in it is the number of the page. */
export const scanRecording =
  (recording: Recording): Scan =>
  ({ segment, after }) => {
    const page = Number(after ?? 0);
    const isLast = page + 1 >= recording.pages(segment);
    const items = page < recording.pages(segment) ? recording.read(segment, page) : [];
    return Promise.resolve({ items, next: isLast ? null : String(page + 1) });
  };

/** Who is asked by key is only what changed since the scan, and nothing did. */
const UNCHANGED: OrdersTable = {
  read: () => Promise.reject(new Error('A recording is asked by no key')),
};

/** An instance of the rebuild's function: a segment needs one of its own. */
export function rebuildInstance(
  config: DatabaseConfig,
  recording: Recording,
): Dependencies & { close(): Promise<void> } {
  const names = { live: config.DATABASE_NAME, copy: copyName(config.DATABASE_NAME) };
  const [live, lock, copy] = [names.live, names.live, names.copy].map((DATABASE_NAME) => connectDatabase({ ...config, DATABASE_NAME })); // prettier-ignore
  if (live === undefined || lock === undefined || copy === undefined) throw new Error('three connections');
  return {
    names,
    live,
    lock,
    copy,
    ordersTable: UNCHANGED,
    scan: scanRecording(recording),
    now: Date.now,
    random: Math.random,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async close() {
      await Promise.all([live.close(), lock.close(), copy.close()]);
    },
  };
}

/** What it took. */
export interface Rebuilt {
  readonly items: number;
  /** Milliseconds of the whole, and of filling the copy alone. */
  readonly milliseconds: number;
  readonly filling: number;
}

/** Rebuilds the read model of a database from a recording, its segments at once, and swaps it. */
export async function rebuildFromRecording(config: DatabaseConfig, recording: Recording): Promise<Rebuilt> {
  const run = `bench-${Date.now()}`;
  const instances = Array.from({ length: recording.segments }, () => rebuildInstance(config, recording));
  const [first] = instances;
  if (first === undefined) throw new Error('A recording has a segment');
  const fill = async (deps: Dependencies, segment: number): Promise<void> => {
    for (let done = false; !done;)
      ({ done } = (await doStep(deps, { step: 'fill', run, segment })) as { done: boolean });
  };
  try {
    const start = performance.now();
    await doStep(first, { step: 'prepare', run, segments: recording.segments });
    const prepared = performance.now();
    await Promise.all(instances.map(fill));
    const filling = performance.now() - prepared;
    const { items } = (await doStep(first, { step: 'verify', run })) as { items: number };
    await doStep(first, { step: 'swap', run });
    await doStep(first, { step: 'clean up', run });
    return { items, milliseconds: performance.now() - start, filling };
  } finally {
    await Promise.all(instances.map((instance) => instance.close()));
  }
}
