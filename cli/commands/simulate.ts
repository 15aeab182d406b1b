/** `simulate`: an air-ticket desk that fills the pipeline, a step at a time or as a load. */
import { Argument, Option, type Command, type OptionValues } from 'commander';
import { cities, FLIGHTS, type Flight } from '../simulate/desk';
import { readDate, readFlight, readSeed, today } from '../simulate/options';
import { duplicates, malformed, poison } from '../simulate/faults';
import { cancel, change, count, order, passengers, registerAll, travellers, type Desk, type Outcome } from '../simulate/steps'; // prettier-ignore
import { emptyAll } from '../simulate/empty';
import { pipelineToFill } from '../simulate/fill';
import { talking } from '../simulate/talk';
import { EXIT, type ExitCode } from '../exit';
import { addHelp } from '../help';
import type { Output } from '../output';
import type { Act, Context } from '../program';
import { requireYes } from './choose';
import { addLoad } from './load';

const ABOUT = `
A flight on a date is an item, such as MU5159:2026-11-21, with its number and its cities as tags. There are five flights and 20
customers; customer i is on flights i and i + 1, so that each flight has 8. A step that changes something ends when the read model
shows it. \`order-pipeline tour\` does them all, and explains them.

With --orders it is a load, as simulate load is: that one's --help has its flags. Each step has a --help of its own.`;
const EXAMPLES = [
  'simulate customers',
  'simulate order',
  'simulate passengers MU5159',
  'simulate cancel --seed 7',
  'simulate malformed --poison',
  'simulate --orders 5000 --dup 5% --broken 1%',
] as const;

/** Of a step's example. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  passengers: ' MU5159',
  city: ' Beijing',
  change: ' --seed 7',
  cancel: ' --seed 7',
  malformed: ' --poison',
  empty: ' --yes',
};
const EXITS = { refused: 'answered as it should not be', noReply: true, interrupted: true } as const;

interface Options {
  readonly date?: string;
  readonly seed?: number;
}

type Step<More> = (context: Context, args: readonly string[], options: Options & More) => Promise<Outcome>;

export function addSimulate(program: Command, act: Act): void {
  const simulate = program
    .command('simulate')
    .summary('fill the pipeline: the desk of an airline, step by step or as a load')
    .description('Plays the desk of an airline: registers customers, orders, changes, cancels, and makes mistakes.');
  addHelp(simulate, { about: ABOUT, exits: EXITS, examples: EXAMPLES });
  addLoad(simulate, act);

  const add = <More extends OptionValues>(command: Command, run: Step<More>): Command => {
    addHelp(command, { exits: EXITS, examples: [`simulate ${command.name()}${ARGUMENTS[command.name()] ?? ''}`] });
    act<Options & More>(command, async (context, args, options) =>
      show(context.output, await run(context, args, options)),
    );
    return command;
  };
  const step = (name: string, words: string): Command =>
    simulate.command(name).description(words).option('--date <day>', 'of the flights (default: today, UTC)', readDate);
  const drawn = (name: string, words: string): Command =>
    step(name, words).option('--seed <n>', 'another one draws other lots (default: 1)', readSeed);

  add(step('customers', 'Registers the flights and the customers; again changes nothing.'), atDesk(registerAll));
  add(simulate.command('count').description('Counts the registered customers.'), atDesk(count));
  add(step('order', 'Every customer who is not on their two flights orders them.'), atDesk(order));
  add(
    step('passengers', 'Lists the customers with active orders of a flight.').addArgument(flightArgument()),
    (context, [text = ''], options) => atDesk((desk) => passengers(desk, readFlight(text)))(context, [], options),
  );
  add(
    simulate
      .command('city')
      .description('Lists the customers on flights from or to a city, for when its weather is bad.')
      .argument('<city>', `one of ${cities().join(', ')}, or any other tag`),
    (context, [city = ''], options) => atDesk((desk) => travellers(desk, city))(context, [], options),
  );
  add(drawn('change', 'Five orders, drawn by lot, are changed to another number of seats.'), atDesk(change));
  add(
    drawn('cancel', 'Of each flight, half of the passengers cancel, drawn by lot: of 8, there are 4 left.'),
    atDesk(cancel),
  );
  add<{ poison?: boolean }>(
    step('malformed', 'Sends an order with three faults, which is refused.').addOption(
      new Option(
        '--poison',
        'instead: write an item into the orders table that is no order, and see it come into quarantine',
      ).conflicts('date'),
    ),
    (context, args, options) =>
      options.poison === true ? poisonTable(context) : atDesk(malformed)(context, args, options),
  );
  add(simulate.command('duplicates').description('Registers one customer five times.'), atDesk(duplicates));
  add<{ yes?: boolean }>(
    simulate
      .command('empty')
      .description('Empties everything, as reset does.')
      .option('--yes', 'I mean it: without it, nothing is done'),
    async (context, _args, { yes }) => {
      requireYes(yes, 'This deletes all orders, customers and items.');
      await emptyAll(await pipelineToFill(context), context.output);
      return { figure: 0, words: 'everything is empty' };
    },
  );
}

const flightArgument = (): Argument =>
  new Argument('<flight>', `one of ${FLIGHTS.map(({ number }) => number).join(', ')}`).argParser((text): Flight =>
    readFlight(text),
  );

/** A step that talks with the pipeline. */
const atDesk =
  (run: (desk: Desk) => Promise<Outcome>) =>
  async (context: Context, _args: readonly string[], { date = today(), seed = 1 }: Options): Promise<Outcome> => {
    const { bus } = await pipelineToFill(context);
    return talking(bus, context.output, (talk) => run({ talk, date, seed }));
  };

const poisonTable = async (context: Context): Promise<Outcome> => poison(await pipelineToFill(context));

function show(output: Output, outcome: Outcome): ExitCode {
  output.line(outcome.words);
  if (outcome.rows !== undefined && outcome.rows.length > 0) output.table(outcome.rows, '');
  output.document(outcome);
  return EXIT.done;
}
