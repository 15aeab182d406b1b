/**
 * The commands as types and schemas. The workflow judges commands itself, in JSONata, by the same rules: a test sends
 * thousands of random commands to both. Who sends commands can judge them here first.
 */
import * as v from 'valibot';
import { BOUNDS, idSchema, type Fault } from './contract';

const wholeNumber = (most: number) => {
  const words = `must be a whole number from 1 to ${most}`;
  return v.pipe(v.number(words), v.integer(words), v.minValue(1, words), v.maxValue(most, words));
};

/** A string whose length is counted in code points, as JSONata does; JavaScript counts UTF-16 units. Half a surrogate pair is none. */
const text = (least: number, most: number, more = '') => {
  const words = `must be a string of ${least} to ${most} Unicode characters${more}`;
  return v.pipe(
    v.string(words),
    v.check((value) => {
      const { length } = Array.from(value);
      return length >= least && length <= most && !/\p{Surrogate}/u.test(value);
    }, words),
  );
};

/** For valibot a list is an object too; for the workflow it is none. */
const plainObject = <Entries extends v.ObjectEntries>(entries: Entries, words: string) =>
  v.pipe(
    v.unknown(),
    v.check((value) => !Array.isArray(value), words),
    v.object(entries, words),
  );

/** The length is judged first: the elements of a list that is too long or too short are not. */
const list = <Element extends v.GenericSchema>(element: Element, least: number, most: number, words: string) =>
  v.pipe(v.array(v.unknown(), words), v.minLength(least, words), v.maxLength(most, words), v.array(element));

const items = list(
  plainObject({ itemid: idSchema, quantity: wholeNumber(BOUNDS.quantity) }, 'must be an object of itemid and quantity'),
  1,
  BOUNDS.items,
  `must be a list of 1 to ${BOUNDS.items} items`,
);

const edges = ', neither the first nor the last of them a space';
const tag = v.pipe(
  text(1, BOUNDS.tagLength, edges),
  v.check((value) => !value.startsWith(' ') && !value.endsWith(' '), `must be without spaces at its ends`),
);

const name = text(1, BOUNDS.nameLength);
const email = v.pipe(
  text(3, BOUNDS.emailLength, ', one of them an @'),
  v.check((value) => value.split('@').length === 2, 'must have exactly one @'),
);

/** Fields of every command: the sender's idempotency key. */
const common = { commandId: v.optional(idSchema) };
const change = { ...common, orderId: idSchema, expectedVersion: v.optional(wholeNumber(BOUNDS.version)) };

/** What `command` may be. */
export const COMMANDS = [
  'createOrder',
  'updateOrder',
  'cancelOrder',
  'registerCustomer',
  'forgetCustomer',
  'registerItem',
] as const;

const commandWords = `must be one of ${COMMANDS.join(', ')}`;

/** The detail of an `orderCommand` event. Fields that a command does not have are ignored. */
export const commandSchema = v.variant(
  'command',
  [
    v.object({
      ...common,
      command: v.literal('createOrder'),
      orderId: idSchema,
      customerId: v.optional(idSchema),
      items,
    }),
    v.object({ ...change, command: v.literal('updateOrder'), items }),
    v.object({ ...change, command: v.literal('cancelOrder') }),
    v.object({ ...common, command: v.literal('registerCustomer'), customerId: idSchema, name, email }),
    v.object({ ...common, command: v.literal('forgetCustomer'), customerId: idSchema }),
    v.object({
      ...common,
      command: v.literal('registerItem'),
      itemid: idSchema,
      name,
      tags: list(tag, 0, BOUNDS.tags, `must be a list of at most ${BOUNDS.tags} tags`),
    }),
  ],
  commandWords,
);

/** A command that the workflow finds nothing wrong with. */
export type Command = v.InferOutput<typeof commandSchema>;

/**
 * Judges a command's shape.
 *
 * @param detail the detail of an event, as it is sent.
 * @returns the command without fields that it does not have, or every fault, with the codes and paths of the reply.
 */
export function readCommand(detail: unknown): Command | readonly Fault[] {
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) {
    return [{ code: 'invalidCommand', path: '', message: 'detail must be an object' }];
  }
  const result = v.safeParse(commandSchema, detail);
  if (result.success) return result.output;
  const named = typeof (detail as { command?: unknown }).command === 'string';
  const faults = result.issues.map((issue): Fault => {
    const path = (v.getDotPath(issue) ?? '').replace(/\.(\d+)/g, '[$1]');
    const code = path === 'command' && named ? 'unknownCommand' : 'invalidCommand';
    return { code, path, message: `${path} ${issue.input === undefined ? 'is missing' : issue.message}` };
  });
  return faults.filter(({ path }, index) => faults.findIndex((fault) => fault.path === path) === index);
}
