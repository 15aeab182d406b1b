/** While the read model is rebuilt, its copy is kept current too: docs/adr/0013-rebuild.md tells why it misses nothing. */
import type { Database } from '../shared/database';
import { selectRebuild } from '../shared/rebuild';
import { ofRun } from './copy-of-run';
import { projectRecords, type Dependencies } from './project-records';
import { keyOf } from './read-batch';
import { redriveRecord } from './redrive';

/** For so long, in milliseconds, a function remembers that no copy is being filled. The state machine waits longer before it scans. */
export const REMEMBERED_MS = 5_000;

/** The copy of the read model, where there is one. */
export interface Copy {
  /**
   * Projects into the copy, if one is being filled, what the orders table holds under these keys now.
   *
   * @throws as `projectRecords`.
   */
  project(pks: readonly string[]): Promise<void>;
}

/** Keys of the records of a delivery, each once. One without a key is in no copy: its record is carried over when they are swapped. */
export const keysOf = (records: readonly unknown[]): string[] => [
  ...new Set(records.flatMap((record) => keyOf(record) ?? [])),
];

/**
 * Projects keys into the copy, and then, when that is committed, into the read model: whenever the two are swapped, the copy is not behind.
 *
 * @param live projects the same keys into the read model.
 * @throws as `projectRecords`; nothing was done to the read model where the copy is at fault.
 */
export async function copyFirst<T>(copy: Copy, pks: readonly string[], live: () => Promise<T>): Promise<T> {
  await copy.project(pks);
  return live();
}

/**
 * @param deps those of the read model itself.
 * @param copy a database whose tables are the copy's; not used while none is being filled.
 * @param now milliseconds of Unix time.
 */
export function connectCopy(deps: Dependencies, copy: Database, now: () => number): Copy {
  let notBefore = -Infinity;

  const runThatFills = async (): Promise<string | undefined> => {
    const asked = now();
    const rebuild = await deps.database.read(selectRebuild);
    if (rebuild?.state === 'filling') return rebuild.run;
    notBefore = asked + REMEMBERED_MS;
    return undefined;
  };

  return {
    async project(pks) {
      if (now() < notBefore || pks.length === 0) return;
      const run = await runThatFills();
      if (run === undefined) return;
      try {
        await projectRecords(pks.map(redriveRecord), { ...deps, database: ofRun(copy, run), ahead: undefined });
      } catch (error) {
        if ((await runThatFills()) !== undefined) throw error; // else it was swapped or cancelled meanwhile, and is there no more
      }
    },
  };
}
