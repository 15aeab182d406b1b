/** The Lambda around a query: the workflow invokes it with the event's id and detail and sends what it returns. */
import type * as v from 'valibot';
import { databaseEnvironment, readEnvironment } from './config';
import type { QueryAnswer } from './contract';
import { connectDatabase } from './database';
import { logger } from './observability';
import { answer, type Query } from './query';

/** What the workflow hands over. */
export interface QueryRequest {
  /** The event's id; every log line carries it. */
  readonly queryMessageId: string;
  /** The event's detail, unchecked. */
  readonly detail: unknown;
}

/** Makes the handler of one query; the environment is read and the database named once, when the function starts. */
export function queryHandler<Fields extends v.ObjectEntries, Row>(
  query: Query<Fields, Row>,
): (request: QueryRequest) => Promise<QueryAnswer<Row>> {
  const database = connectDatabase(readEnvironment(databaseEnvironment));
  return async ({ queryMessageId, detail }) => {
    const start = Date.now();
    const about = { eventId: queryMessageId, query: query.name };
    try {
      const reply = await answer(query, database, detail);
      const { queryStatus, queryResult } = reply;
      logger.info('Answered', { ...about, queryStatus, rows: queryResult.length, milliseconds: Date.now() - start });
      return reply;
    } catch (error) {
      logger.error('The read model cannot answer', { ...about, error });
      throw error;
    }
  };
}
