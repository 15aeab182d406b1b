/** The copy of one run of a rebuild, and of no other: it may be given up, and the next one begun, while somebody is about to write it. */
import type { Database } from '../shared/database';
import { selectRebuild } from '../shared/rebuild';
import { WorkEnded } from './project-records';

/** The run is not the one that is under way: it was cancelled, or a migration ended it. The state machine is told so by an answer. */
export class RebuildCancelled extends WorkEnded {
  override readonly name = 'RebuildCancelled';
  constructor(run: string) {
    super(`The rebuild ${run} was cancelled, by a person or by a migration`);
  }
}

/** Transactions that throw RebuildCancelled where the copy is another run's. It cannot be dropped while one of them is open. */
export const ofRun = (copy: Database, run: string): Database => ({
  ...copy,
  transaction: (work) =>
    copy.transaction(async (sql) => {
      if ((await selectRebuild(sql))?.run !== run) throw new RebuildCancelled(run);
      return work(sql);
    }),
});
