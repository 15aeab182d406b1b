/** Step 1: an empty copy, and the word to the projectors that it is to be kept current. */
import type { Sql } from '../shared/database';
import type { Dependencies, Names } from './deps';
import { exclusively } from './exclusive';
import * as statements from './statements';

/** A rebuild that can be filled. */
export interface Prepared {
  readonly run: string;
  /** Numbers of the segments of the scan. */
  readonly segments: readonly number[];
}

/** Longest name of a database: https://dev.mysql.com/doc/refman/8.0/en/identifier-length.html */
const MAX_NAME = 64;

/** The user may not make the database of the copy. */
const IS_DENIED = new Set<unknown>([1044, 1045, 1142]);

/**
 * Makes the copy for this run; or, where another run is under way and was interrupted, goes on with that.
 *
 * @throws SchemaInUse; Error where the name or the user's privileges do not allow a copy.
 */
export function prepare(deps: Dependencies, run: string, segments: number): Promise<Prepared> {
  const { names } = deps;
  if (names.copy.length > MAX_NAME)
    throw new Error(`A rebuild needs a DatabaseName of at most ${MAX_NAME - 5} characters`);
  return exclusively(deps, async (sql) => (await goOn(sql, names)) ?? begin(sql, names, run, segments));
}

async function goOn(sql: Sql, names: Names): Promise<Prepared | undefined> {
  const rebuild = await statements.selectRebuildRow(sql);
  if (rebuild?.state !== 'filling') return undefined;
  const segments = await statements.selectSegments(sql, names.copy);
  await statements.writeGoingOn(sql, segments.reduce((sum, { items }) => sum + items, 0)); // prettier-ignore
  return { run: rebuild.run, segments: segments.map(({ segment }) => segment) };
}

/** The projectors are told last: until then the copy is nobody's, and is made anew by whoever comes next. */
async function begin(sql: Sql, names: Names, run: string, segments: number): Promise<Prepared> {
  await leave(sql, names);
  const expected = await statements.countSubjects(sql);
  await whereAllowed(names, () => statements.createCopy(sql, names));
  await statements.insertSegments(sql, names, segments);
  await statements.writeRebuildOfCopy(sql, names, run, expected);
  await statements.writeRebuild(sql, run, expected);
  return { run, segments: Array.from({ length: segments }, (_, segment) => segment) };
}

/** Drops whatever is in the copy's database; of the tables that were swapped out, it keeps the records that nobody would find again. */
export async function leave(sql: Sql, names: Names): Promise<void> {
  if (await statements.hasOldTables(sql, names)) await statements.keepKeylessRecords(sql, names);
  await whereAllowed(names, () => statements.dropCopy(sql, names));
}

async function whereAllowed(names: Names, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error) || !('errno' in error) || !IS_DENIED.has(error.errno)) throw error;
    throw new Error(`The database’s user needs all privileges on ${names.copy}.* for a rebuild: ${error.message}`, { cause: error }); // prettier-ignore
  }
}
