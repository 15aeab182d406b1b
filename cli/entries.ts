/** Events to be sent: from a file of entries as `aws events put-events` takes them, or from flags. */
import * as v from 'valibot';
import { EVENT_SOURCE } from '../functions/shared/contract';
import { messageOf } from '../local/problem';
import { CliProblem, EXIT } from './exit';
import type { Entry } from './pipeline';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const entrySchema = v.object({
  Source: v.pipe(v.string('must be a string'), v.nonEmpty('is empty')),
  DetailType: v.pipe(v.string('must be a string'), v.nonEmpty('is empty')),
  Detail: v.pipe(v.string('must be a string that holds JSON'), v.check(isJson, 'must hold JSON')),
  Time: v.optional(
    v.pipe(
      v.string('must be an ISO 8601 time'),
      v.transform((text) => new Date(text)),
      v.date('must be an ISO 8601 time'),
    ),
  ),
});

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/**
 * Reads a file of entries. `EventBusName` is not looked at: they go to the bus of the stack.
 *
 * @throws CliProblem naming the file, the line and each fault.
 */
export function parseEntries(text: string, file: string): Entry[] {
  const parsed = parseJson(text, file);
  if (!Array.isArray(parsed) || parsed.length === 0)
    throw new CliProblem(EXIT.usage, `${file}:1: must be a list of entries as \`aws events put-events\` takes them.`);
  const starts = elementOffsets(text);
  const faults: string[] = [];
  const entries = parsed.flatMap((candidate: unknown, index): Entry[] => {
    const result = v.safeParse(entrySchema, candidate, { abortPipeEarly: true });
    if (!result.success) {
      const line = lineAt(text, starts[index] ?? 0);
      faults.push(...result.issues.map((issue) => `${file}:${line}: entry ${index + 1}: ${describe(issue)}`));
      return [];
    }
    const { Source, DetailType, Detail, Time } = result.output;
    return [{ source: Source, detailType: DetailType, detail: Detail, ...(Time !== undefined && { time: Time }) }];
  });
  if (faults.length > 0) throw new CliProblem(EXIT.usage, `${faults.join('\n')}\nNothing was sent.`);
  return entries;
}

const describe = (issue: v.BaseIssue<unknown>): string => {
  const path = v.getDotPath(issue) ?? 'it';
  return `${path} ${issue.input === undefined ? 'is missing' : issue.message}`;
};

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = messageOf(error);
    const offset = Number(/at position (\d+)/.exec(message)?.[1] ?? text.trimEnd().length);
    const what = message.replace(/ ?(in JSON )?at position.*$/s, '');
    throw new CliProblem(EXIT.usage, `${file}:${lineAt(text, offset)}: is no JSON: ${what}. Nothing was sent.`);
  }
}

/** Where each element of a JSON list begins. */
function elementOffsets(text: string): number[] {
  const offsets: number[] = [];
  let depth = 0;
  let wanted = false;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]|[^\s"[\]{},]+/g)) {
    if (wanted && token !== ']') offsets.push(index);
    wanted = depth === 0 || (depth === 1 && token === ',');
    if (token === '[' || token === '{') depth += 1;
    if (token === ']' || token === '}') depth -= 1;
  }
  return offsets;
}

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

/** The event that the flags describe. Whether its fields are right is the pipeline's to say, in its reply. */
export function entryOf({ item, tag, set, time, ...fields }: Fields): Entry {
  const isCommand = fields.command !== undefined;
  const tags = isCommand ? { tags: tag } : { tag: tag?.[0] };
  const detail = { ...fields, items: item, ...(tag !== undefined && tags), ...set };
  return {
    source: EVENT_SOURCE,
    detailType: isCommand ? 'orderCommand' : 'orderQuery',
    detail: JSON.stringify(detail),
    ...(time !== undefined && { time }),
  };
}
