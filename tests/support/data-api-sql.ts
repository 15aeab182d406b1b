/** SQL as the Data API takes it, for a server that the tests run: one statement, values by name. */
import type { SqlParameter } from '@aws-sdk/client-rds-data';

/** A call that the Data API itself refuses, before the database sees it. */
export class Refused extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

const badRequest = (message: string): Refused => new Refused('BadRequestException', message);

/** Quoted texts, comments, names of parameters, semicolons, and everything between them. */
const TOKENS = /'(?:[^'\\]|\\.|'')*'|`[^`]*`|"(?:[^"\\]|\\.)*"|--[^\n]*|::|:[A-Za-z_]\w*|;|[^'`":;-]+|[\s\S]/g;

/** Statements that commit what came before them: https://dev.mysql.com/doc/refman/8.0/en/implicit-commit.html */
export const commitsImplicitly = (sql: string): boolean =>
  /^\s*(?:CREATE|ALTER|DROP|RENAME|TRUNCATE|GRANT|REVOKE)\b/i.test(sql);

function valueOf({ name = '', value, typeHint }: SqlParameter): string | number | boolean | null {
  const kinds = Object.entries(value ?? {});
  const [kind, bound] = kinds[0] ?? [];
  if (kinds.length !== 1 || typeHint !== undefined) throw badRequest(`Parameter ${name} has no value of one type`);
  if (kind === 'isNull' && bound === true) return null;
  if (kind === 'stringValue' && typeof bound === 'string') return bound;
  if (kind === 'booleanValue' && typeof bound === 'boolean') return bound;
  if (kind === 'longValue' && Number.isSafeInteger(bound)) return bound as number;
  if (kind === 'doubleValue' && typeof bound === 'number') return bound;
  throw badRequest(`Parameter ${name} has a value of the wrong type: ${JSON.stringify(value)}`);
}

/** @returns the statement with `?`, and the values in their order. */
export function bind(sql: string, parameters: readonly SqlParameter[]) {
  const given = new Map(parameters.map((parameter) => [parameter.name, valueOf(parameter)]));
  const used = new Set<string>();
  const values: (string | number | boolean | null)[] = [];
  let ended = false;
  const statement = (sql.match(TOKENS) ?? []).map((token) => {
    if (ended && token.trim() !== '') throw new Refused('ValidationException', 'Multistatements aren’t supported.');
    if (token === ';') ended = true;
    if (token === '?') throw badRequest('Parameters are bound by name');
    if (!/^:[A-Za-z_]/.test(token)) return token;
    const value = given.get(token.slice(1));
    if (value === undefined) throw badRequest(`Cannot find parameter: ${token.slice(1)}`);
    used.add(token.slice(1));
    values.push(value);
    return '?';
  });
  const unused = [...given.keys()].filter((name) => !used.has(name ?? ''));
  if (unused.length > 0) throw badRequest(`Unknown parameters: ${unused.join(', ')}`);
  return { statement: statement.join(''), values };
}
