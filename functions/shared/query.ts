/** What every query has in common: its input is parsed, `after` is checked, its rows are cut into pages, its faults become a 400. */
import * as v from 'valibot';
import { PAGE, type Fault, type QueryAnswer } from './contract';
import { afterSchema, isBehind } from './after';
import type { Database, Sql } from './database';
import { readToken, writeToken } from './page-token';

/** A row, and where it stands in the order of rows. */
export interface Placed<Row> {
  readonly row: Row;
  readonly position: string;
}

/** A query of the read model: which fields it takes, and what it selects. */
export interface Query<Fields extends v.ObjectEntries, Row> {
  /** As in the event's `detail.query`. */
  readonly name: string;
  /** Schemas of its own fields in the event's detail. */
  readonly fields: Fields;
  /** Schema of a row's position: a token is opaque, but anybody can write one. */
  readonly position: v.GenericSchema<string>;
  /** Status where there is no row at all; 200 unless said. */
  readonly statusOfNone?: 404;
  /** At most `limit` rows behind `position`, or from the beginning, in an order that `position` continues. */
  rows(
    sql: Sql,
    input: v.InferOutput<v.ObjectSchema<Fields, undefined>>,
    limit: number,
    position?: string,
  ): Promise<Placed<Row>[]>;
}

/** A query whose fields and rows are its own matter. */
export interface AnyQuery {
  readonly name: string;
  answer(database: Database, detail: unknown): Promise<QueryAnswer<unknown>>;
}

/** A query as one among others. */
export const answering = <Fields extends v.ObjectEntries, Row>(query: Query<Fields, Row>): AnyQuery => ({
  name: query.name,
  answer: (database, detail) => answer(query, database, detail),
});

const limitWords = `must be a whole number from 1 to ${PAGE.maxLimit}`;

const commonFields = {
  limit: v.optional(
    v.pipe(
      v.number(limitWords),
      v.integer(limitWords),
      v.minValue(1, limitWords),
      v.maxValue(PAGE.maxLimit, limitWords),
    ),
    PAGE.defaultLimit,
  ),
  nextToken: v.optional(v.string('must be the nextToken of an answer to this query')),
  after: v.optional(afterSchema),
};

/** One fault a field is enough. */
const strictly = { abortPipeEarly: true };

/**
 * Answers one query.
 *
 * @param detail the event's detail, as it was sent.
 * @returns a page of rows, or a 400 that names every fault of `detail`.
 * @throws the database's errors: the workflow tries again and answers 503 when that does not help.
 */
export async function answer<Fields extends v.ObjectEntries, Row>(
  query: Query<Fields, Row>,
  database: Database,
  detail: unknown,
): Promise<QueryAnswer<Row>> {
  const common = v.safeParse(v.object(commonFields), fieldsOf(detail, commonFields), strictly);
  const own = v.safeParse(v.object(query.fields), fieldsOf(detail, query.fields), strictly);
  if (!common.success || !own.success) return refuse([...faultsOf(own), ...faultsOf(common)]);

  const { limit, nextToken, after } = common.output;
  const scope = [query.name, own.output];
  const position = nextToken === undefined ? undefined : readToken(scope, nextToken);
  if (nextToken !== undefined && !v.is(query.position, position))
    return refuse([fault('nextToken', 'must be the nextToken of an answer to this query')]);

  return database.snapshot(async (sql) => {
    const stale = after !== undefined && (await isBehind(sql, after));
    // one more row than the page has room for tells whether there is a next page
    const rows = await query.rows(sql, own.output, limit + 1, position);
    const shown = fitting(rows.slice(0, limit));
    const last = shown.at(-1);
    return {
      queryStatus: last === undefined ? (query.statusOfNone ?? 200) : 200,
      queryResult: shown.map(({ row }) => row),
      ...(last !== undefined && shown.length < rows.length && { nextToken: writeToken(scope, last.position) }),
      ...(stale && { stale }),
    };
  });
}

/** Each of `fields`, undefined where `detail` lacks it: its own schema then says what would be right. */
const fieldsOf = (detail: unknown, fields: v.ObjectEntries): Record<string, unknown> => {
  const given = typeof detail === 'object' && detail !== null ? (detail as Record<string, unknown>) : {};
  return Object.fromEntries(
    Object.keys(fields).map((name) => [name, Object.hasOwn(given, name) ? given[name] : undefined]),
  );
};

/** The first rows that fit into a page's bytes; never none, so that paging always moves on. */
function fitting<Row>(rows: readonly Placed<Row>[]): readonly Placed<Row>[] {
  let bytes = 0;
  const end = rows.findIndex(({ row }) => (bytes += Buffer.byteLength(JSON.stringify(row)) + 1) > PAGE.maxBytes);
  return end === -1 ? rows : rows.slice(0, Math.max(end, 1));
}

const fault = (path: string, message: string): Fault => ({ code: 'invalidQuery', path, message: `${path} ${message}` });

/** The answer to a query that is at fault. */
export const refuse = (errors: readonly Fault[]): QueryAnswer<never> => ({ queryStatus: 400, queryResult: [], errors });

const faultsOf = (result: v.SafeParseResult<v.GenericSchema>): Fault[] =>
  (result.issues ?? []).map((issue) => {
    const path = v.getDotPath(issue) ?? '';
    const isMissing = issue.type === 'object' && issue.input === undefined; // a field of `after`
    return fault(path, isMissing ? 'is missing' : issue.message);
  });
