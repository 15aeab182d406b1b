/** Replies as text for people. */
import { answeredEvent, type Reply } from './replies';
import { renderTable } from './table';

/** Colours where a terminal shows them. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly dim: (text: string) => string;
}

const plain = (text: string): string => text;
const code = (n: number) => (text: string) => `\u001b[${n}m${text}\u001b[0m`;

export const paint = (colours: boolean): Paint =>
  colours ? { good: code(32), bad: code(31), dim: code(2) } : { good: plain, bad: plain, dim: plain };

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** `errors` of a refusal, one line each; the messages name the path. */
const renderErrors = (errors: unknown): string[] =>
  Array.isArray(errors) ? errors.filter(isRecord).map(({ code, message }) => `${text(code)}: ${text(message)}`) : [];

/** The rows of a query as a table, and what leads to more of them. */
function renderRows({ detail }: Reply): string[] {
  const { queryStatus, queryResult, nextToken } = detail;
  if (queryStatus === 404) return ['there is no such order'];
  if (queryStatus !== 200 || !Array.isArray(queryResult)) return [];
  const rows = queryResult.filter(isRecord);
  const table = rows.length > 0 ? renderTable(rows) : ['(no rows)'];
  return typeof nextToken === 'string' ? [...table, `more with "nextToken": "${nextToken}"`] : table;
}

/** What is said of a reply on its first line, with what is told below it. */
function summary({ kind, detail }: Reply): { good: boolean; words: unknown[] } {
  if (kind === 'orderQueryResponse') {
    const { query, queryStatus, queryItemId, stale } = detail;
    const words = [query, queryItemId, queryStatus, stale === true ? '(stale)' : undefined];
    return { good: queryStatus === 200, words };
  }
  const { command, commandStatus, orderid, customerid, itemid, version, duplicate } = detail;
  const subject = orderid ?? customerid ?? itemid;
  const words = [command, subject, commandStatus, version === undefined ? undefined : `version ${text(version)}`];
  return { good: commandStatus !== 'rejected', words: [...words, duplicate === true ? '(duplicate)' : undefined] };
}

/**
 * A reply on several lines: what became of which command or query, then the faults, or the rows as a table.
 */
export function renderReply(reply: Reply, { good, bad, dim }: Paint): string {
  const { good: isGood, words } = summary(reply);
  const line = words.filter((word) => word !== undefined && word !== null && word !== '').map(text);
  const below = [...renderErrors(reply.detail['errors']), ...renderRows(reply)];
  const event = String(answeredEvent(reply)).slice(0, 8);
  const first = `  ${isGood ? good('✓') : bad('✗')} ${line.join('  ')}  ${dim(`to event ${event}…`)}`;
  return [first, ...below.map((each) => `      ${each}`)].join('\n');
}
