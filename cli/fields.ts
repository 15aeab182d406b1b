/** An event from flags: which flags a command or query takes, and what detail they make. */
import { commandSchema } from '../functions/shared/commands';
import { EVENT_SOURCE } from '../functions/shared/contract';
import { CliProblem, EXIT } from './exit';
import { flagOf } from './options';
import type { Entry } from './pipeline';

/** The fields of a command or query as flags tell them. */
export interface Fields {
  readonly command?: string;
  readonly query?: string;
  readonly orderId?: string;
  readonly customerId?: string;
  readonly itemid?: string;
  readonly item?: readonly { readonly itemid: string; readonly quantity: number }[];
  readonly name?: string;
  readonly email?: string;
  readonly tag?: readonly string[];
  readonly expectedVersion?: number;
  readonly commandId?: string;
  readonly limit?: number;
  readonly nextToken?: string;
  /** Any other field of the detail, whatever it is. */
  readonly set?: Readonly<Record<string, unknown>>;
  readonly time?: Date;
}

/** Fields that each command has. */
const ofCommands: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  commandSchema.options.map(({ entries }) => [entries.command.literal, Object.keys(entries)]),
);

/** Fields of its own that each query has; those of paging are every query's. A test holds them to the query functions. */
export const QUERIES: Readonly<Record<string, readonly string[]>> = {
  itemsSalesReport: [],
  monthlySalesByItem: ['itemid'],
  orderById: ['orderId'],
  ordersByCustomer: ['customerId'],
  customersByItem: ['itemid'],
  customersByTag: ['tag'],
  customerCount: [],
};
const PAGING = ['limit', 'nextToken'];

const allOf = (fields: Readonly<Record<string, readonly string[]>>): string[] => Object.values(fields).flat();

/** Fields that this command or query may have; of an unknown name, those that any of its sort has: it is for the pipeline to refuse. */
const fieldsFor = ({ command, query = '' }: Fields): string[] =>
  command === undefined
    ? [...(QUERIES[query] ?? allOf(QUERIES)), ...PAGING]
    : [...(ofCommands[command] ?? allOf(ofCommands))];

/**
 * The event that the flags describe. Whether its fields are right is the pipeline's to say, in its reply.
 *
 * @throws CliProblem for a flag that would be without effect.
 */
export function entryOf(fields: Fields): Entry {
  const { command, query, item, tag, set = {}, time, ...plain } = fields;
  const isCommand = command !== undefined;
  if (!isCommand && tag !== undefined && tag.length > 1)
    throw new CliProblem(EXIT.usage, 'A query has one tag: --tag is given twice. Nothing was sent.');
  const given: Record<string, [flag: string, value: unknown]> = {
    ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, [flagOf(name), value] as const])),
    ...(item !== undefined && { items: ['--item', item] as const }),
    ...(tag !== undefined && (isCommand ? { tags: ['--tag', tag] as const } : { tag: ['--tag', tag[0]] as const })),
  };
  const allowed = fieldsFor(fields);
  for (const [name, [flag]] of Object.entries(given)) {
    if (!allowed.includes(name))
      throw new CliProblem(EXIT.usage, `${command ?? query ?? ''} takes no ${flag}: leave it out. Nothing was sent.`);
  }
  const twice = Object.keys(set).find((name) => name === 'command' || name === 'query' || name in given);
  if (twice !== undefined)
    throw new CliProblem(EXIT.usage, `--set ${twice} says again what another flag says. Nothing was sent.`);
  const told = Object.fromEntries(Object.entries(given).map(([name, [, value]]) => [name, value]));
  return {
    source: EVENT_SOURCE,
    detailType: isCommand ? 'orderCommand' : 'orderQuery',
    detail: JSON.stringify({ ...(isCommand ? { command } : { query }), ...told, ...set }),
    ...(time !== undefined && { time }),
  };
}
