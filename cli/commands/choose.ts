/** What `failed` and `quarantine` share: things are chosen by id or all at once, and dealt with one by one. */
import { messageOf } from '../../local/problem';
import { CliProblem, EXIT, type ExitCode } from '../exit';
import type { Output } from '../output';

/** Digits of an id that are enough to name it. */
const ENOUGH = 6;

/**
 * Those of `things` that `ids` name, wholly or by a part that only one of them has.
 *
 * @throws CliProblem for an id that nothing has, or several.
 */
export function choose<T extends { readonly id: string | number }>(things: readonly T[], ids: readonly string[]): T[] {
  return ids.map((id) => {
    const exact = things.filter((thing) => String(thing.id) === id);
    const found =
      exact.length > 0 || id.length < ENOUGH ? exact : things.filter((thing) => String(thing.id).includes(id));
    const [only] = found;
    if (only === undefined) throw new CliProblem(EXIT.notFound, `There is no ${id} here.`);
    if (found.length > 1) throw new CliProblem(EXIT.usage, `${id} could be ${found.length} of them; write more of it.`);
    return only;
  });
}

/** @throws CliProblem unless either ids or `--all` are given. */
export function requireIdsOrAll(ids: readonly string[], all: boolean | undefined): void {
  if (ids.length > 0 === (all === true)) throw new CliProblem(EXIT.usage, 'Name ids, or --all of them.');
}

/** @throws CliProblem without `--yes`. */
export function requireYes(yes: boolean | undefined, consequence = 'What is discarded is gone for good.'): void {
  if (yes !== true) throw new CliProblem(EXIT.usage, `${consequence} Say --yes if you mean it.`);
}

/** Deals with each of `things`; one that fails doesn't keep the others from it. */
export async function dealWith<T extends { readonly id: string | number }>(
  output: Output,
  done: string,
  things: readonly T[],
  work: (thing: T) => Promise<void>,
): Promise<ExitCode> {
  const results: { id: string | number; error?: string }[] = [];
  for (const thing of things) {
    output.progress(`${results.length} of ${things.length}`);
    try {
      await work(thing);
      results.push({ id: thing.id });
    } catch (error) {
      results.push({ id: thing.id, error: messageOf(error) });
    }
  }
  output.progress('');
  for (const { id, error } of results)
    output.line(error === undefined ? `${done} ${id}` : `not ${done} ${id}: ${error}`);
  output.document(results);
  if (results.length === 0) output.line('There was nothing.');
  return results.some(({ error }) => error !== undefined) ? EXIT.failed : EXIT.done;
}
