/** `send`: puts events on the bus, and shows the replies. */
import { InvalidArgumentError, type Command } from 'commander';
import { messageOf } from '../../local/problem';
import { renderReply } from '../../local/render';
import { answeredEvent, type Reply } from '../../local/replies';
import { parseEntries } from '../entries';
import { CliProblem, EXIT, type ExitCode } from '../exit';
import { addHelp } from '../help';
import { entryOf, type Fields } from '../fields';
import { ISO_WORDS, readIsoTime } from '../iso-time';
import { flagOf, once, onceNumber, onceText } from '../options';
import { ticking, type Output } from '../output';
import type { Bus, Entry, PutResult } from '../pipeline';
import type { Act, Context } from '../program';

interface Options extends Fields {
  readonly wait?: boolean;
  readonly timeout?: number;
}

/** Seconds that replies are awaited. A query of a database that is away is answered by 503 after 2.5 minutes at most. */
const PATIENCE = { commands: 30, queries: 180 };
const MAX_TIMEOUT = 86_400;
/** Of any whole number in a detail: whether it is right is for the pipeline to say. */
const MAX_NUMBER = 9_999_999_999;

const ABOUT = `
FILE holds entries as \`aws events put-events --entries file://FILE\` takes them; - is the standard input. They go to the bus of
the stack, whatever EventBusName they name.`;
const EXAMPLES = [
  'send events/01-create-order.json --wait',
  'send --command createOrder --order-id 6103 --customer-id c-1 --item z3333=2 --item z4444=1 --wait',
  'send --command cancelOrder --order-id 6103 --expected-version 1',
  'send --command forgetCustomer --customer-id c-1 --wait',
  'send --query customersByItem --itemid z3333 --wait --json',
  'send --query orderById --order-id 6103 --set \'after={"orderId":"6103","version":2}\' --wait',
] as const;

export function addSend(program: Command, act: Act): void {
  const command = program
    .command('send')
    .summary('put commands or queries on the bus')
    .description('Puts events on the bus: those of a file, or one that the flags describe.')
    .argument('[file]', 'entries to send; - is the standard input')
    .option('--command <name>', 'send this command', onceText)
    .option('--query <name>', 'send this query', onceText)
    .option('--order-id <id>', 'the order', onceText)
    .option('--customer-id <id>', 'the customer, or whose order it is', onceText)
    .option('--itemid <id>', 'of a registerItem, or of a query', onceText)
    .option('--item <itemid=quantity>', 'an item of the order; once for each', readItem)
    .option('--name <text>', 'of the customer or item', onceText)
    .option('--email <address>', 'of the customer', onceText)
    .option('--tag <tag>', 'of the item, once for each; or of a query', readTag)
    .option('--expected-version <n>', 'refuse the change of any other version', onceNumber(0, MAX_NUMBER))
    .option('--command-id <key>', 'key of idempotency (default: the id of the event)', onceText)
    .option('--limit <n>', 'rows of a page', onceNumber(0, MAX_NUMBER))
    .option('--next-token <token>', 'the next page, as the one before names it', onceText)
    .option('--set <field=JSON>', 'any other field of the detail', readField)
    .option(
      '--time <time>',
      'time of the event, such as 2022-10-13T19:00:00Z; ISO 8601, with Z or an offset (default: now)',
      readTime,
    )
    .option('--wait', 'print the replies (default: do not wait)')
    .option(
      '--timeout <seconds>',
      `how long to wait for them (default: ${PATIENCE.commands}, with a query ${PATIENCE.queries})`,
      onceNumber(1, MAX_TIMEOUT),
    );
  addHelp(command, {
    about: ABOUT,
    exits: {
      refused: '--wait: at least one reply is a refusal',
      noReply: '--wait: at least one event had no reply in time',
      interrupted: true,
    },
    examples: EXAMPLES,
  });
  act(command, send);
}

async function send(context: Context, [file]: readonly string[], options: Options): Promise<ExitCode> {
  const { wait, timeout, ...fields } = options;
  if (timeout !== undefined && wait !== true)
    throw new CliProblem(EXIT.usage, '--timeout is for --wait. Nothing was sent.');
  const entries = chooseEntries(context, file, fields);
  const { bus } = await context.pipelineToChange();
  const seconds = timeout ?? (entries.some(isQuery) ? PATIENCE.queries : PATIENCE.commands);
  if (wait === true) return sendAndWait(context, bus, entries, seconds);
  return report(context, entries, await bus.put(entries));
}

const isQuery = ({ detailType }: Entry): boolean => detailType === 'orderQuery';

function chooseEntries(context: Context, file: string | undefined, fields: Fields): Entry[] {
  const ways = [file, fields.command, fields.query].filter((way) => way !== undefined);
  if (ways.length !== 1)
    throw new CliProblem(
      EXIT.usage,
      'Name one of: a file, such as events/01-create-order.json, --command, --query. Nothing was sent.',
    );
  if (file === undefined) return [entryOf(fields)];
  const [flag] = Object.keys(fields);
  if (flag !== undefined)
    throw new CliProblem(EXIT.usage, `${flagOf(flag)} describes an event, and ${file} holds them.`);
  return parseEntries(readFile(context, file), file);
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; its path begins at the folder that you are in',
  EISDIR: 'it is a folder, of which one file is to be named',
  EACCES: 'its permissions keep you from it',
};

function readFile({ readFile }: Context, file: string): string {
  try {
    return readFile(file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new CliProblem(
      EXIT.usage,
      `${file} cannot be read: ${UNREADABLE[code] ?? messageOf(error)}. Nothing was sent.`,
    );
  }
}

async function sendAndWait(context: Context, bus: Bus, entries: readonly Entry[], seconds: number): Promise<ExitCode> {
  const { output } = context;
  const replies = await ticking(
    output,
    () => 'making a queue for the replies',
    () => bus.watchReplies(),
  );
  const received: Reply[] = [];
  let results: readonly PutResult[] = [];
  const unansweredNow = (): Sent[] => {
    const answered = new Set(received.map(answeredEvent));
    return sentOf(results).filter((one) => 'eventId' in one && !answered.has(one.eventId));
  };
  const forget = context.onInterrupt?.(() => {
    output.progress('');
    noteInterrupted(output, unansweredNow());
  });
  try {
    results = await bus.put(entries);
    const ids = idsOf(results);
    const waiting = (passed: number): string =>
      `waiting for ${ids.length - received.length} of ${ids.length} replies, ${passed} s of ${seconds} s`;
    await ticking(output, waiting, () =>
      replies.to(ids, seconds * 1000, (reply) => {
        received.push(reply);
        output.progress('');
        output.line(renderReply(reply, output.colours));
      }),
    );
    const unanswered = unansweredNow();
    const code = report(context, entries, results, { replies: received, unanswered, seconds });
    if (code !== EXIT.done) return code;
    if (unanswered.length > 0) return EXIT.noReply;
    return received.some(isRefusal) ? EXIT.refused : EXIT.done;
  } finally {
    forget?.();
    await replies.close();
  }
}

const idsOf = (results: readonly PutResult[]): string[] =>
  results.flatMap((result) => ('eventId' in result ? [result.eventId] : []));

const isRefusal = ({ detail }: Reply): boolean =>
  detail['commandStatus'] === 'rejected' || (detail['queryStatus'] ?? 200) !== 200;

/** What became of an entry; the first one is number 1. */
type Sent = PutResult & { readonly entry: number };

const sentOf = (results: readonly PutResult[]): Sent[] =>
  results.map((result, index) => ({ entry: index + 1, ...result }));

interface Waited {
  readonly replies: readonly Reply[];
  readonly unanswered: readonly Sent[];
  readonly seconds: number;
}

function report(
  { output }: Context,
  entries: readonly Entry[],
  results: readonly PutResult[],
  waited?: Waited,
): ExitCode {
  const sent = sentOf(results);
  const replies = waited?.replies.map(({ detail }) => detail) ?? [];
  output.document({ sent, replies, ...(waited !== undefined && { unanswered: waited.unanswered }) });
  for (const result of sent) {
    if ('error' in result) output.line(`entry ${result.entry} was refused by the bus: ${result.error}`);
    else if (waited === undefined) output.line(`sent ${entries[result.entry - 1]?.detailType ?? ''} ${result.eventId}`);
  }
  if (waited !== undefined) reportUnanswered(output, waited);
  return sent.some((result) => 'error' in result) ? EXIT.failed : EXIT.done;
}

function reportUnanswered(output: Output, { unanswered, seconds }: Waited): void {
  for (const one of unanswered)
    if ('eventId' in one) output.line(`entry ${one.entry}, event ${one.eventId}: no reply within ${seconds} s`);
  if (unanswered.length > 0)
    output.line('A reply may still come. What the pipeline could not do: npx order-pipeline failed ls');
}

/** The bus ends the process at a Ctrl-C; the ids of what was sent would be lost with it. */
function noteInterrupted(output: Output, unanswered: readonly Sent[]): void {
  for (const one of unanswered)
    if ('eventId' in one)
      output.note(`entry ${one.entry}, event ${one.eventId}: sent, and no reply until the interruption`);
}

function readItem(text: string, items: NonNullable<Fields['item']> = []): Fields['item'] {
  const [, itemid, quantity] = /^(.+)=(\d+)$/.exec(text) ?? [];
  if (itemid === undefined) throw new InvalidArgumentError('Write it like z3333=2.');
  return [...items, { itemid, quantity: Number(quantity) }];
}

const readTag = (tag: string, tags: readonly string[] | undefined): string[] => [...(tags ?? []), tag];

function readField(text: string, fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const [, name = '', json = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name in fields) throw new InvalidArgumentError(`${name} is given twice.`);
  try {
    return { ...fields, [name]: JSON.parse(json) as unknown };
  } catch {
    throw new InvalidArgumentError('Write it like \'after={"orderId":"6101","version":2}\', or \'name="Ann"\'.');
  }
}

const readTime = once((text) => {
  const time = readIsoTime(text);
  if (time === undefined) throw new InvalidArgumentError(`It ${ISO_WORDS}.`);
  return time;
});
