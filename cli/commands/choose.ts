/** What `failed` and `quarantine` share: things are chosen by id or all at once, and dealt with one by one. */
import { messageOf } from '../../local/problem';
import { CliProblem, EXIT, type ExitCode } from '../exit';
import type { Output } from '../output';

/** Digits of an id that are enough to name it. */
const ENOUGH = 6;

interface Identified {
  readonly id: string | number;
}

/** What one of the ids has found: the only thing of that id, or how many have it as a part of theirs. */
interface Found<T> {
  exact?: T;
  first?: T;
  parts: number;
}

/**
 * Looks through things, as long as it takes, for those that `ids` name wholly or by a part that only one of them has.
 *
 * @returns each thing once, however often it is named.
 * @throws CliProblem for an id that nothing has, or several.
 */
export async function find<T extends Identified>(things: AsyncIterable<T>, ids: readonly string[]): Promise<T[]> {
  const found = new Map<string, Found<T>>(ids.map((id) => [id, { parts: 0 }]));
  for await (const thing of things) {
    for (const [id, its] of found) note(its, id, thing);
    if ([...found.values()].every(({ exact }) => exact !== undefined)) break; // a part of an id could be another's too
  }
  return [...new Set([...found].map(([id, its]) => only(id, its)))];
}

function note<T extends Identified>(found: Found<T>, id: string, thing: T): void {
  if (String(thing.id) === id) found.exact = thing;
  if (id.length < ENOUGH || !String(thing.id).includes(id)) return;
  found.parts += 1;
  found.first ??= thing;
}

function only<T>(id: string, { exact, first, parts }: Found<T>): T {
  if (exact !== undefined) return exact;
  if (first === undefined) {
    const part = id.length < ENOUGH ? `, nor is that enough of one: ${ENOUGH} characters are` : '';
    throw new CliProblem(EXIT.notFound, `There is no ${id} here${part}. The ids: npx order-pipeline failed ls`);
  }
  if (parts > 1) throw new CliProblem(EXIT.usage, `${id} could be ${parts} of them; write more of it.`);
  return first;
}

/** @throws CliProblem unless either ids or `--all` are given. */
export function requireIdsOrAll(ids: readonly string[], all: boolean | undefined): void {
  if (ids.length > 0 === (all === true)) throw new CliProblem(EXIT.usage, 'Name ids, or --all of them.');
}

/** @throws CliProblem without `--yes`. */
export function requireYes(yes: boolean | undefined, consequence = 'What is discarded is gone for good.'): void {
  if (yes !== true) throw new CliProblem(EXIT.usage, `${consequence} Say --yes if you mean it.`);
}

/**
 * Deals with each of `things` as it comes; one that fails doesn't keep the others from it.
 *
 * @returns how those that failed did, where they all failed alike, such as not being there.
 */
export async function dealWith<T extends Identified>(
  output: Output,
  done: string,
  things: Iterable<T> | AsyncIterable<T>,
  work: (thing: T) => Promise<void>,
): Promise<ExitCode> {
  const results: { id: string | number; error?: string }[] = [];
  const codes = new Set<ExitCode>();
  try {
    for await (const { id, error, code } of attempts(things, work)) {
      output.progress('');
      output.line(error === undefined ? `${done} ${id}` : `not ${done} ${id}: ${error}`);
      results.push({ id, ...(error !== undefined && { error }) });
      if (code !== undefined) codes.add(code);
      output.progress(`${results.length} dealt with`);
    }
  } finally {
    output.progress('');
    output.document(results);
  }
  if (results.length === 0) output.line('There was nothing.');
  const [code = EXIT.done, another] = codes;
  return another === undefined ? code : EXIT.failed;
}

async function* attempts<T extends Identified>(
  things: Iterable<T> | AsyncIterable<T>,
  work: (thing: T) => Promise<void>,
): AsyncIterable<{ id: string | number; error?: string; code?: ExitCode }> {
  for await (const thing of things) {
    try {
      await work(thing);
      yield { id: thing.id };
    } catch (error) {
      const code = error instanceof CliProblem ? error.exitCode : EXIT.failed;
      yield { id: thing.id, error: messageOf(error), code };
    }
  }
}

const MAX_WORDS = 80;

/** Fits on a line: errors of databases and services can be long. */
export const shorten = <Row extends { readonly error: string }>(row: Row): Row => ({
  ...row,
  error: row.error.length > MAX_WORDS ? `${row.error.slice(0, MAX_WORDS - 1)}…` : row.error,
});
