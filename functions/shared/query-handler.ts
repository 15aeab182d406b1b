/** The Lambda around queries: the workflow invokes it with the event's id and detail and sends what it returns. */
import * as v from 'valibot';
import { databaseEnvironment, readEnvironment } from './config';
import type { QueryAnswer } from './contract';
import { connectDatabase } from './database';
import { databaseConfig } from './database-config';
import { logger } from './observability';
import { refuse, type AnyQuery } from './query';

/** What the workflow hands over. */
export interface QueryRequest {
  /** The event's id; every log line carries it. */
  readonly queryMessageId: string;
  /** The event's detail, unchecked. */
  readonly detail: unknown;
}

/**
 * Connecting takes as long as a paused database to resume: over 30 seconds after a day. A statement that gets no answer, a new
 * connection, and another statement fit into the functions' timeout of 40: they say themselves that the database is away.
 */
export const PATIENCE = { connectMs: 33_000, statementMs: 3_000 };

const namedSchema = v.object({ query: v.string() });

/** The query that `detail` names; undefined where there is no such one. */
export function queryNamed(queries: readonly AnyQuery[], detail: unknown): AnyQuery | undefined {
  const named = v.safeParse(namedSchema, detail);
  return named.success ? queries.find(({ name }) => name === named.output.query) : undefined;
}

/** The answer to a query that nobody knows. */
export const refuseUnknown = (known: readonly string[]): QueryAnswer<never> =>
  refuse([{ code: 'unknownQuery', path: 'query', message: `query must be one that is known: ${known.join(', ')}` }]);

/**
 * Makes the handler of some queries; the environment is read and the database named once, when the function starts.
 *
 * @param elsewhere names of queries that other functions answer, for the words of a refusal.
 */
export function queryHandler(
  queries: readonly AnyQuery[],
  elsewhere: readonly string[] = [],
): (request: QueryRequest) => Promise<QueryAnswer<unknown>> {
  const database = connectDatabase(databaseConfig(readEnvironment(databaseEnvironment)), PATIENCE);
  const known = [...elsewhere, ...queries.map(({ name }) => name)];
  return async ({ queryMessageId, detail }) => {
    const start = Date.now();
    const query = queryNamed(queries, detail);
    const about = { eventId: queryMessageId, query: query?.name };
    try {
      const reply = query === undefined ? refuseUnknown(known) : await query.answer(database, detail);
      const { queryStatus, queryResult } = reply;
      logger.info('Answered', { ...about, queryStatus, rows: queryResult.length, milliseconds: Date.now() - start });
      return reply;
    } catch (error) {
      logger.error('The read model cannot answer', { ...about, error });
      throw error;
    }
  };
}
