/** Steps 3 to 5: the copy is judged, put in the read model's place, and the old tables are dropped. */
import type { Sql } from '../shared/database';
import { RebuildCancelled } from '../project-orders/copy-of-run';
import type { Dependencies, Names } from './deps';
import { exclusively } from './exclusive';
import { leave } from './prepare';
import * as statements from './statements';

/** The copy is not what it should be. It stays, for whoever looks into it, and the read model as it was. */
export class CopyUnsound extends Error {
  override readonly name = 'CopyUnsound';
}

/** The tables were in use all the time. */
export class SwapBlocked extends Error {
  override readonly name = 'SwapBlocked';
}

/** Whether this run's copy is to be swapped still. */
async function isToDo(sql: Sql, run: string): Promise<boolean> {
  const rebuild = await statements.selectRebuildRow(sql);
  if (rebuild?.run === run && rebuild.state === 'swapped') return false;
  if (rebuild?.run === run && rebuild.state === 'filling') return true;
  throw new RebuildCancelled(run);
}

/**
 * Judges the copy: every segment is done, and its summaries are those of its rows.
 *
 * @returns how many items were read.
 * @throws RebuildCancelled, CopyUnsound.
 */
export async function verify(deps: Dependencies, run: string): Promise<{ items: number }> {
  const { live, copy, names } = deps;
  const toDo = await live.read((sql) => isToDo(sql, run));
  const segments = await live.read((sql) => statements.selectSegments(sql, toDo ? names.copy : names.live));
  const items = segments.reduce((sum, segment) => sum + segment.items, 0);
  if (!toDo) return { items };
  if (segments.some(({ done }) => done === 0)) throw new CopyUnsound('A segment of the scan is not done');
  const wrong = (await copy.snapshot(statements.compareSummaries)).filter(({ summed, counted }) => summed !== counted);
  if (wrong.length === 0) return { items };
  throw new CopyUnsound(wrong.map(({ what, summed, counted }) => `${what}: ${summed} in the summary, ${counted} in the rows`).join('; ')); // prettier-ignore
}

/** For so many seconds the RENAME may wait, and hold up those who come after it; less than a query waits for its answer. */
const PATIENCE = 1;
const ATTEMPTS = 12;
/** Lock wait timeout, deadlock. */
const IN_USE = new Set<unknown>([1205, 1213]);

/**
 * Puts the copy in the read model's place. Done already, nothing happens.
 *
 * @throws RebuildCancelled; SchemaInUse, SwapBlocked: try again.
 */
export const swap = (deps: Dependencies, run: string): Promise<void> =>
  exclusively(deps, async (sql) => {
    if (!(await isToDo(sql, run))) return;
    await statements.copyTombstones(sql, deps.names);
    await doubtOtherLives(sql, deps.names);
    await sql.run('SET SESSION lock_wait_timeout = ?', [PATIENCE]);
    for (let attempt = 1; !(await renamed(sql, deps)); attempt += 1) {
      if (attempt === ATTEMPTS) throw new SwapBlocked(`The tables were in use, ${ATTEMPTS} times`);
      await deps.sleep(500 + 1_000 * deps.random());
    }
  });

/** Of one statement. */
const IDS = 10_000;

/**
 * What the projection does where it finds another life of an order's id (`afterLookingUp`), the scan could not: it saw the last one
 * alone. A row that is written after this look is no matter: the copy has the row or the tombstone of what was before, by now.
 */
async function doubtOtherLives(sql: Sql, names: Names): Promise<void> {
  const ids = await statements.selectOtherLives(sql, names);
  for (let start = 0; start < ids.length; start += IDS)
    await statements.forgetKeys(sql, names, ids.slice(start, start + IDS));
}

async function renamed(sql: Sql, { names }: Dependencies): Promise<boolean> {
  try {
    await statements.swapTables(sql, names);
    return true;
  } catch (error) {
    if (error instanceof Error && 'errno' in error && IN_USE.has(error.errno)) return false;
    throw error;
  }
}

/** Drops the tables that were swapped out; or the copy, where a migration cancelled the run: nobody keeps it current, and names that are to be forgotten stay in it. */
export const cleanUp = (deps: Dependencies, run: string): Promise<void> =>
  exclusively(deps, async (sql) => {
    // Another run that began meanwhile has dropped them, and has a copy there.
    const rebuild = await statements.selectRebuildRow(sql);
    if (rebuild?.run === run && rebuild.state !== 'filling') await leave(sql, deps.names);
  });
