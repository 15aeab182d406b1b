/** Custom resource: brings the read model's schema up to date before the functions that use it are made. */
import type { Context } from 'aws-lambda';
import { databaseEnvironment, readEnvironment } from '../functions/shared/config';
import { connectDatabase } from '../functions/shared/database';
import { databaseConfig } from '../functions/shared/database-config';
import { logger } from '../functions/shared/observability';
import { answerRequest, parseRequest, sendByHttp, type CustomResourceRequest } from './custom-resource';
import { migrate, reasonOf } from './migrate';
import { migrations } from './migrations/index';

/** Milliseconds kept back to answer CloudFormation in. */
const ANSWER_TIME = 10_000;

/** Milliseconds: long enough for a paused database to resume. */
const CONNECT_TIMEOUT = 60_000;

export async function handler(event: unknown, context: Context): Promise<void> {
  const request = parseRequest(event);
  logger.appendKeys({ requestType: request.RequestType, stackId: request.StackId });
  const deadline = context.getRemainingTimeInMillis() - ANSWER_TIME;
  const status = await answerRequest(request, () => bringUpToDate(request), sendByHttp, deadline);
  logger.info('Answered CloudFormation', { status });
}

async function bringUpToDate({ RequestType }: CustomResourceRequest): Promise<void> {
  if (RequestType === 'Delete') return; // the rows stay, they are the owner's
  const config = readEnvironment(databaseEnvironment);
  const database = connectDatabase(databaseConfig(config), { connectMs: CONNECT_TIMEOUT });
  try {
    const applied = await migrate(database, migrations);
    logger.info('Migrated', { applied });
  } catch (error) {
    logger.error('Migrating failed', { error });
    throw new Error(`${config.DATABASE_HOST}:${config.DATABASE_PORT}/${config.DATABASE_NAME}: ${reasonOf(error)}`, {
      cause: error,
    });
  } finally {
    await database.close();
  }
}
