/**
 * A rebuild from a recorded scan, by the steps and the projection of the real functions: the state machine, its waiting and DynamoDB's own
 * time are left out. The emulator's scan would be what is measured otherwise.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrdersTable } from '../functions/project-orders/orders-table';
import type { Dependencies } from '../functions/rebuild-read-model/deps';
import { AT_ONCE, doStep } from '../functions/rebuild-read-model/request';
import { connectDatabase, withPassword, type PasswordConfig } from '../functions/shared/database';
import { copyName } from '../functions/shared/rebuild';
import { scanRecording, type Recording } from './recording';

/** Who is asked by key is only what changed since the scan, and nothing did. */
const UNCHANGED: OrdersTable = {
  read: () => Promise.reject(new Error('A recording is asked by no key')),
};

/** An instance of the rebuild's function. */
export interface Instance extends Dependencies {
  close(): Promise<void>;
}

/** A segment needs an instance of its own. */
export function rebuildInstance(config: PasswordConfig, recording: Recording): Instance {
  const names = { live: config.DATABASE_NAME, copy: copyName(config.DATABASE_NAME) };
  const own = withPassword(config);
  const [live, lock] = [connectDatabase(own), connectDatabase(own)];
  const copy = connectDatabase({ ...own, DATABASE_NAME: names.copy, severalAtOnce: true });
  return {
    names,
    live,
    lock,
    copy,
    ordersTable: UNCHANGED,
    scan: scanRecording(recording),
    atOnce: AT_ONCE,
    now: Date.now,
    random: Math.random,
    sleep,
    async close() {
      await Promise.all([live.close(), lock.close(), copy.close()]);
    },
  };
}

/** Fills a segment, as the state machine does: again, until it is done. */
export async function fillSegment(deps: Dependencies, run: string, segment: number): Promise<void> {
  for (let done = false; !done;) ({ done } = (await doStep(deps, { step: 'fill', run, segment })) as { done: boolean });
}

/** What it took. */
export interface Rebuilt {
  readonly items: number;
  /** Milliseconds of the whole, and of filling the copy alone. */
  readonly milliseconds: number;
  readonly filling: number;
}

/**
 * Does the steps of a rebuild.
 *
 * @param deps does all but filling.
 * @param fill fills the segments.
 */
export async function rebuildBy(
  deps: Dependencies,
  segments: number,
  fill: (run: string) => Promise<unknown>,
): Promise<Rebuilt> {
  const run = `bench-${Date.now()}`;
  const start = performance.now();
  await doStep(deps, { step: 'prepare', run, segments });
  const prepared = performance.now();
  await fill(run);
  const filling = performance.now() - prepared;
  const { items } = (await doStep(deps, { step: 'verify', run })) as { items: number };
  await doStep(deps, { step: 'swap', run });
  await doStep(deps, { step: 'clean up', run });
  return { items, milliseconds: performance.now() - start, filling };
}
