/** Lambda for the command-line tool: where the database is out of a person's reach, this is the way to its quarantine. */
import { databaseEnvironment, readEnvironment } from '../shared/config';
import { connectDatabase } from '../shared/database';
import { logger } from '../shared/observability';
import { operate, parseRequest, type Answer } from './operate';

/** Connecting takes as long as a paused database to resume; a statement after it fits into the timeout too. */
const PATIENCE = { connectMs: 35_000, statementMs: 20_000 };

const database = connectDatabase(readEnvironment(databaseEnvironment), PATIENCE);

/** Does one operation. Who may do it is a matter of IAM: `lambda:InvokeFunction` on this function. */
export async function handler(payload: unknown): Promise<Answer> {
  const request = parseRequest(payload);
  logger.info('Asked', { ...request });
  return operate(database, request);
}
