/** `reproject`: brings the read model to what the orders table holds now, also where that is older. */
import type { Command } from 'commander';
import { messageOf } from '../../local/problem';
import { CliProblem, EXIT, type ExitCode } from '../exit';
import { addHelp } from '../help';
import { onceText } from '../options';
import type { Output } from '../output';
import type { Pipeline } from '../pipeline';
import type { Act } from '../program';

const ABOUT = `
The projector reads each key from the orders table and makes the read model the same: newer, older, or deleted. It may be done
again, and while changes go on. --all takes every key of the table, then every key of the read model that the table lacks. If it
is interrupted, --all --after with the last key that it named goes on from there.

Needed after the orders table was restored to an earlier time: docs/operations/restore.md.`;
const EXAMPLES = [
  'reproject order#6101 customer#c-1',
  'reproject --all',
  'reproject --all --after order#4711',
] as const;

interface Options {
  readonly all?: boolean;
  readonly after?: string;
}

/** Keys of one invocation of the projector, in one transaction: few enough that live changes don't wait long for their locks. */
const KEYS = 200;

const IS_KEY = /^(?:order|customer|item)#[A-Za-z0-9._:-]{1,64}$/;

export function addReproject(program: Command, act: Act): void {
  const reproject = program
    .command('reproject')
    .summary('make the read model the same as the orders table again')
    .description('Projects orders, customers and items as they are in the orders table now.')
    .argument('[key...]', 'such as order#6101, customer#c-1, item#z3333')
    .option('--all', 'everything')
    .option('--after <key>', 'with --all: go on behind this key of the table', onceText);
  addHelp(reproject, { about: ABOUT, exits: { failed: 'failed, or a key lies in quarantine' }, examples: EXAMPLES });
  act<Options>(reproject, async ({ output, pipelineToChange }, keys, options) => {
    check(keys, options);
    return projectAgain(await pipelineToChange(), keys, options, output);
  });
}

/** @throws CliProblem */
function check(keys: readonly string[], { all, after }: Options): void {
  if (keys.length > 0 === (all === true)) throw new CliProblem(EXIT.usage, 'Name keys, or --all of them.');
  if (after !== undefined && all !== true) throw new CliProblem(EXIT.usage, '--after needs --all.');
  const bad = keys.find((key) => !IS_KEY.test(key));
  if (bad !== undefined)
    throw new CliProblem(EXIT.usage, `${bad} is no key: they are order#…, customer#… or item#… and an id.`);
}

async function projectAgain(
  pipeline: Pipeline,
  keys: readonly string[],
  { all, after }: Options,
  output: Output,
): Promise<ExitCode> {
  let projected = 0;
  let last = after;
  const quarantined: string[] = [];
  try {
    for await (const { some, isOfTable } of batches(all === true ? allKeys(pipeline, after) : named(keys))) {
      const result = await pipeline.readModel.redrive(some);
      projected += result.redriven.length;
      quarantined.push(...result.quarantined);
      if (isOfTable) last = some.at(-1);
      output.progress(`${projected} projected`);
    }
  } catch (error) {
    const goOn = all === true && last !== undefined ? ` Go on with: reproject --all --after ${last}` : ' Do it again.';
    throw new CliProblem(EXIT.failed, `${messageOf(error)}\n${projected} projected until then.${goOn}`);
  }
  output.progress('');
  for (const key of quarantined)
    output.line(`not projected ${key}: it is not as it should be in the orders table; it lies in quarantine`);
  output.line(`projected ${projected}`);
  output.document({ projected, quarantined });
  return quarantined.length > 0 ? EXIT.failed : EXIT.done;
}

/** Keys, and whether they come from the table, whose order `--after` goes by. */
interface Page {
  readonly some: readonly string[];
  readonly isOfTable: boolean;
}

async function* named(keys: readonly string[]): AsyncIterable<Page> {
  yield await Promise.resolve({ some: [...new Set(keys)], isOfTable: false });
}

/** The table's keys, and then those that the read model alone has. With `after`, some of the former come twice, which does no harm. */
async function* allKeys({ tables, readModel }: Pipeline, after?: string): AsyncIterable<Page> {
  const seen = new Set<string>();
  for await (const some of tables.keys(after)) {
    for (const key of some) seen.add(key);
    yield { some, isOfTable: true };
  }
  for (let next: string | undefined = ''; next !== undefined;) {
    const page: { keys: readonly string[]; next?: string } = await readModel.ask({
      operation: 'keys.list',
      after: next,
    });
    yield { some: page.keys.filter((key) => !seen.has(key)), isOfTable: false };
    next = page.next;
  }
}

/** Pages cut into as many keys as one invocation takes. */
async function* batches(pages: AsyncIterable<Page>): AsyncIterable<Page> {
  for await (const { some, isOfTable } of pages)
    for (let start = 0; start < some.length; start += KEYS) yield { some: some.slice(start, start + KEYS), isOfTable };
}
