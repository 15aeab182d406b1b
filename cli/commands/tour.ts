/** `tour`: the desk from its opening to the console, step by step, with the figures compared. */
import type { Command } from 'commander';
import { renderTable, wrapText } from '../../local/table';
import { CliProblem, EXIT, type ExitCode } from '../exit';
import { addHelp } from '../help';
import type { Output } from '../output';
import type { Pipeline } from '../pipeline';
import type { Act, Context } from '../program';
import { itemOf, FLIGHTS } from '../simulate/desk';
import { emptyAll } from '../simulate/empty';
import { pipelineToFill } from '../simulate/fill';
import { readDate, readSeed, today } from '../simulate/options';
import { foreignKey } from '../simulate/samples';
import type { Outcome } from '../simulate/steps';
import { talking } from '../simulate/talk';
import { CHAPTERS, type Guide, type TourStep } from '../simulate/tour-steps';

const ABOUT = `
Twenty customers register and order, change, cancel, order again; errors and duplicates are made on purpose. Every figure is asked of
the pipeline and compared with what it must be: another one is named, and the exit code is 1. Halfway everything is emptied, so the
tour needs a pipeline that is empty but for the samples of npm start; --yes empties any other first. At a terminal it waits for
Enter after each chapter.`;
const EXAMPLES = [
  'tour',
  'tour --yes --no-pause',
  'tour --yes --stack-name order-pipeline-dev --profile shop-dev',
] as const;

interface Options {
  readonly date?: string;
  readonly seed?: number;
  readonly yes?: boolean;
  readonly pause: boolean;
}

export function addTour(program: Command, act: Act): void {
  const tour = program
    .command('tour')
    .summary('see all that the pipeline does, in five minutes')
    .description('A guided tour: the desk of an airline, step by step, with the command of each step.')
    .option('--date <day>', 'of the flights (default: today, UTC)', readDate)
    .option('--seed <n>', 'another one draws other lots (default: 1)', readSeed)
    .option('--yes', 'empty the pipeline first, whatever is in it')
    .option('--no-pause', 'do not wait for Enter after each chapter');
  addHelp(tour, {
    about: ABOUT,
    exits: {
      failed: 'failed, or a figure is not what it must be',
      refused: true,
      noReply: true,
      interrupted: true,
    },
    examples: EXAMPLES,
  });
  act<Options>(tour, guide);
}

/** What a step came to, and what it should. */
interface Seen {
  readonly command: string;
  readonly figure: number;
  readonly expected: number;
  readonly words: string;
}

async function guide(context: Context, _args: unknown, options: Options): Promise<ExitCode> {
  const { output } = context;
  const { date = today(), seed = 1 } = options;
  const pipeline = await pipelineToFill(context);
  await prepare(pipeline, output, options.yes === true);
  say(output, 'Twenty customers, five flights: the desk of an airline. Each step can be done by itself, by the command behind $.'); // prettier-ignore
  const seen = await talking(pipeline.bus, output, (talk) =>
    walk({ desk: { talk, date, seed }, pipeline, output }, options.pause ? context.ask : undefined),
  );
  const wrong = seen.filter(({ figure, expected }) => figure !== expected);
  output.document({ steps: seen, asExpected: wrong.length === 0, console: pipeline.consoleUrl ?? null });
  for (const { command, figure, expected } of wrong)
    say(output, `✗ ${command} came to ${figure}, and should to ${expected}`);
  sayGoodbye(context, pipeline, date, seen.length - wrong.length, seen.length);
  return wrong.length > 0 ? EXIT.failed : EXIT.done;
}

/** @throws CliProblem where the tour would spoil something, or be spoilt. */
async function prepare(pipeline: Pipeline, output: Output, yes: boolean): Promise<void> {
  if (pipeline.isProtected)
    throw new CliProblem(EXIT.usage, `The tour empties the pipeline, and the stack ${pipeline.stackName} has DeletionProtection. Nothing was done.`); // prettier-ignore
  const foreign = await foreignKey(pipeline.tables);
  if (foreign === undefined) return;
  if (!yes)
    throw new CliProblem(EXIT.usage, `The pipeline is not empty: it holds ${foreign}, and maybe more. The tour counts, and empties it halfway. With --yes it does so first; all that is in it is gone then. Nothing was done.`); // prettier-ignore
  await emptyAll(pipeline, output);
  output.line('The pipeline was emptied.');
}

/** Columns of the terminal that a line takes: those that every terminal has. */
const WIDTH = 80;
const INDENT = '   ';
/** Rows of an answer that are shown. */
const SHOWN = 3;

/** On several lines where it is long, all but the first set in. */
const say = (output: Output, text: string): void => {
  output.line(wrapText(text, WIDTH - INDENT.length).join(`\n${INDENT}`));
};

async function walk(guide: Guide, ask: Context['ask']): Promise<Seen[]> {
  const seen: Seen[] = [];
  for (const { title, steps } of CHAPTERS) {
    if (seen.length > 0) await ask?.('\nEnter goes on, Ctrl-C ends: ');
    guide.output.line(`\n── ${title} ${'─'.repeat(60 - title.length)}`);
    for (const step of steps) seen.push(await take(step, seen.length + 1, guide));
  }
  return seen;
}

async function take({ command, why, expected, run }: TourStep, number: number, guide: Guide): Promise<Seen> {
  const { output } = guide;
  const { good, bad, dim } = output.colours;
  output.line('');
  say(output, `${number}. ${why}`);
  output.line(dim(`${INDENT}$ npx order-pipeline simulate ${command}`));
  const { figure, words, rows = [] } = await run(guide);
  showRows(output, rows);
  const told = wrapText(figure === expected ? words : `${words}: ${figure}, and it should be ${expected}`, WIDTH - 5);
  output.line(`${INDENT}${figure === expected ? good('✓') : bad('✗')} ${told.join(`\n${INDENT}  `)}`);
  return { command, figure, expected, words };
}

function showRows(output: Output, rows: NonNullable<Outcome['rows']>): void {
  const { dim } = output.colours;
  if (rows.length === 0) return;
  for (const line of renderTable(rows.slice(0, SHOWN), WIDTH - 5)) output.line(dim(`${INDENT}  ${line}`));
  if (rows.length > SHOWN) output.line(dim(`${INDENT}  … and ${rows.length - SHOWN} more`));
}

function sayGoodbye(
  { output, openBrowser }: Context,
  pipeline: Pipeline,
  date: string,
  right: number,
  all: number,
): void {
  const { consoleUrl } = pipeline;
  const [flight] = FLIGHTS;
  const orderId = `customer-01:${flight === undefined ? '' : itemOf(flight, date)}:1`;
  output.line('');
  say(output, `${right} of ${all} figures are as they should be. The desk stays open: 20 customers, 40 orders.`);
  if (consoleUrl === undefined) {
    say(
      output,
      pipeline.isLocal
        ? 'There is no console: npm start serves one, unless it runs with --no-console or --once; its address would be here.'
        : 'The console is for the pipeline of npm start. On AWS there is the dashboard: the output DashboardAddress of the stack.',
    );
  } else {
    output.line(`\nThe console: ${consoleUrl}`);
    for (const line of renderTable(pagesOf(orderId), WIDTH - 2)) output.line(`  ${line}`);
    openBrowser?.(consoleUrl);
  }
  output.line('\nGo on with a load, with faults in it:');
  output.line(`${INDENT}$ npx order-pipeline simulate --orders 500 --dup 5% --broken 1%`);
}

const pagesOf = (orderId: string) => [
  { page: 'executions', shows: 'every command and query of the tour, each with its way through the workflow; the refused one too' }, // prettier-ignore
  { page: 'orders', shows: `one on both sides, in DynamoDB and in MySQL, such as ${orderId}` },
  { page: 'reports', shows: 'the flights, by seats that are ordered' },
  { page: 'health', shows: 'how far MySQL is behind, and what failed' },
];
