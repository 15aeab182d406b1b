/** Events to be sent from a file of entries, as `aws events put-events` takes them. */
import * as v from 'valibot';
import { EVENT_SOURCE } from '../functions/shared/contract';
import { issueWords } from '../functions/shared/issue-words';
import { messageOf } from '../local/problem';
import { CliProblem, EXIT } from './exit';
import { ISO_WORDS, readIsoTime } from './iso-time';
import type { Entry } from './pipeline';

/** As EventBridge wants a detail. */
const isObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

/** What the rule of the stack takes: any other event would be put on the bus, and nobody would ever answer. */
const entrySchema = v.object({
  Source: v.pipe(v.string('must be a string'), v.value(EVENT_SOURCE, `must be ${EVENT_SOURCE}`)),
  DetailType: v.pipe(
    v.string('must be a string'),
    v.picklist(['orderCommand', 'orderQuery'], 'must be orderCommand or orderQuery'),
  ),
  Detail: v.pipe(v.string('must be a string that holds JSON'), v.check(isObject, 'must hold a JSON object')),
  Time: v.optional(
    v.pipe(
      v.string(ISO_WORDS),
      v.check((text) => readIsoTime(text) !== undefined, ISO_WORDS),
      v.transform((text) => new Date(text)),
    ),
  ),
});

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/**
 * Reads a file of entries. `EventBusName` is not looked at: they go to the bus of the stack.
 *
 * @throws CliProblem naming the file, the line and each fault.
 */
export function parseEntries(given: string, file: string): Entry[] {
  if (given.startsWith('\uFFFD') || given.includes('\0'))
    throw new CliProblem(EXIT.usage, `${file}:1: is no text in UTF-8: save it as that. Nothing was sent.`);
  const text = given.replace(/^\uFEFF/, ''); // a byte order mark, as editors on Windows write it
  const parsed = parseJson(text, file);
  if (!Array.isArray(parsed) || parsed.length === 0)
    throw new CliProblem(
      EXIT.usage,
      `${file}:1: must be a list of entries as \`aws events put-events\` takes them${Array.isArray(parsed) ? ', and is empty' : ''}. Nothing was sent.`,
    );
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
  const path = v.getDotPath(issue);
  return path === null ? issueWords(issue) : `${path} ${issueWords(issue)}`;
};

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = messageOf(error);
    const offset = Number(/at position (\d+)/.exec(message)?.[1] ?? text.trimEnd().length);
    const what = message.replace(/ ?(in JSON )?at position.*$/s, '').replace(/\s+/g, ' ');
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
