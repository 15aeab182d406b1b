/** `send`: puts events on the bus, and shows the replies. */
import { InvalidArgumentError, type Command } from 'commander';
import { renderReply } from '../../local/render';
import type { Reply } from '../../local/replies';
import { entryOf, parseEntries, type Fields } from '../entries';
import { CliProblem, EXIT, type ExitCode } from '../exit';
import type { Bus, Entry, PutResult } from '../pipeline';
import type { Act, Context } from '../program';

interface Options extends Fields {
  readonly wait?: boolean;
  readonly timeout: number;
}

const HELP = `
FILE holds entries as \`aws events put-events --entries file://FILE\` takes them; - is the standard input. They go to the bus of
the stack, whatever EventBusName they name.

Examples:
  $ npx order-pipeline send events/01-create-order.json --wait
  $ npx order-pipeline send --command createOrder --order-id 6103 --customer-id c-1 --item z3333=2 --item z4444=1 --wait
  $ npx order-pipeline send --command cancelOrder --order-id 6103 --expected-version 1
  $ npx order-pipeline send --command forgetCustomer --customer-id c-1 --wait
  $ npx order-pipeline send --query customersByItem --itemid z3333 --wait --json
  $ npx order-pipeline send --query orderById --order-id 6103 --set 'after={"orderId":"6103","version":2}' --wait`;

export function addSend(program: Command, act: Act): void {
  const command = program
    .command('send')
    .summary('put commands or queries on the bus')
    .description('Puts events on the bus: those of a file, or one that the flags describe.')
    .argument('[file]')
    .option('--command <name>', 'send this command')
    .option('--query <name>', 'send this query')
    .option('--order-id <id>')
    .option('--customer-id <id>')
    .option('--itemid <id>', 'of a registerItem, or of a query')
    .option('--item <itemid=quantity>', 'an item of the order; once for each', readItem)
    .option('--name <text>', 'of the customer or item')
    .option('--email <address>')
    .option('--tag <tag>', 'of the item, once for each; or of a query', readTag)
    .option('--expected-version <n>', 'refuse the change of any other version', readNumber)
    .option('--command-id <key>', 'key of idempotency')
    .option('--limit <n>', 'rows of a page', readNumber)
    .option('--next-token <token>')
    .option('--set <field=JSON>', 'any other field of the detail', readField)
    .option('--time <time>', 'time of the event, ISO 8601', readTime)
    .option('--wait', 'print the replies')
    .option('--timeout <seconds>', 'how long to wait for them', readNumber, 30)
    .addHelpText('after', HELP);
  act(command, send);
}

async function send(context: Context, [file]: readonly string[], options: Options): Promise<ExitCode> {
  const entries = chooseEntries(context, file, options);
  const { bus } = await context.pipeline();
  return options.wait === true
    ? sendAndWait(context, bus, entries, options.timeout)
    : report(context, entries, await bus.put(entries), []);
}

function chooseEntries(context: Context, file: string | undefined, options: Options): Entry[] {
  const fields = Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'wait' && name !== 'timeout'));
  const ways = [file, options.command, options.query].filter((way) => way !== undefined);
  if (ways.length !== 1) throw new CliProblem(EXIT.usage, 'Name one of: a file, --command, --query.');
  if (file === undefined) return [entryOf(fields)];
  if (Object.keys(fields).length > 0)
    throw new CliProblem(EXIT.usage, `--${Object.keys(fields)[0] ?? ''} describes an event, and ${file} holds them.`);
  return parseEntries(readFile(context, file), file);
}

function readFile({ readFile }: Context, file: string): string {
  try {
    return readFile(file);
  } catch (error) {
    throw new CliProblem(EXIT.usage, `${file} cannot be read: ${error instanceof Error ? error.message : ''}`);
  }
}

async function sendAndWait(context: Context, bus: Bus, entries: readonly Entry[], seconds: number): Promise<ExitCode> {
  const { output } = context;
  output.progress('making a queue for the replies');
  const replies = await bus.watchReplies();
  try {
    const results = await bus.put(entries);
    const ids = idsOf(results);
    output.progress(`waiting for ${ids.length} replies`);
    const received = await replies.to(ids, seconds * 1000, (reply) => {
      output.progress('');
      output.line(renderReply(reply, output.colours));
    });
    output.progress('');
    const code = report(context, entries, results, received);
    if (code !== EXIT.done) return code;
    if (received.length < ids.length) {
      output.line(`${ids.length - received.length} of ${ids.length} events had no reply within ${seconds} s.`);
      return EXIT.noReply;
    }
    return received.some(isRefusal) ? EXIT.refused : EXIT.done;
  } finally {
    await replies.close();
  }
}

const idsOf = (results: readonly PutResult[]): string[] =>
  results.flatMap((result) => ('eventId' in result ? [result.eventId] : []));

const isRefusal = ({ detail }: Reply): boolean =>
  detail['commandStatus'] === 'rejected' || (detail['queryStatus'] ?? 200) !== 200;

function report(
  { output }: Context,
  entries: readonly Entry[],
  results: readonly PutResult[],
  replies: readonly Reply[],
): ExitCode {
  const failed = results.filter((result) => 'error' in result).length;
  const sent = results.map((result, index) => ({ entry: index + 1, ...result }));
  output.document({ sent, replies: replies.map(({ detail }) => detail) });
  for (const result of sent) {
    if ('error' in result) output.line(`entry ${result.entry} was refused by the bus: ${result.error}`);
    else if (replies.length === 0) output.line(`sent ${entries[result.entry - 1]?.detailType ?? ''} ${result.eventId}`);
  }
  return failed > 0 ? EXIT.failed : EXIT.done;
}

function readItem(text: string, items: NonNullable<Fields['item']> = []): Fields['item'] {
  const [, itemid, quantity] = /^(.+)=(\d+)$/.exec(text) ?? [];
  if (itemid === undefined) throw new InvalidArgumentError('Write it like z3333=2.');
  return [...items, { itemid, quantity: Number(quantity) }];
}

const readTag = (tag: string, tags: readonly string[] | undefined): string[] => [...(tags ?? []), tag];

function readNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function readField(text: string, fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const [, name, json] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  try {
    return { ...fields, [name ?? '']: JSON.parse(json ?? '') as unknown };
  } catch {
    throw new InvalidArgumentError('Write it like \'after={"orderId":"6101","version":2}\', or \'name="Ann"\'.');
  }
}

function readTime(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new InvalidArgumentError('Write it like 2022-10-13T19:00:00Z.');
  return time;
}
