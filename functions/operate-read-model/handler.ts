/** Lambda for the command-line tool: where the database is out of a person's reach, this is the way to its quarantine. */
import { databaseEnvironment, readEnvironment } from '../shared/config';
import { connectDatabase } from '../shared/database';
import { databaseConfig } from '../shared/database-config';
import { logger } from '../shared/observability';
import { operate, parseRequest, type Answer } from './operate';
import { PATIENCE } from './patience';

const database = connectDatabase(databaseConfig(readEnvironment(databaseEnvironment)), PATIENCE);

/** Does one operation. Who may do it is a matter of IAM: `lambda:InvokeFunction` on this function. */
export async function handler(payload: unknown): Promise<Answer> {
  const request = parseRequest(payload);
  logger.info('Asked', { ...request });
  return operate(database, request);
}
