/** Custom resource: brings the read model's schema up to date before the functions that use it are made. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { logger } from '../functions/shared/observability';
import { bringUpToDate, findTarget } from './bring-up-to-date';
import { answerRequest, parseRequest, sendByHttp, type CustomResourceRequest } from './custom-resource';
import { migrations } from './migrations/index';

/** Milliseconds kept back to answer CloudFormation in. */
const ANSWER_TIME = 10_000;

/** Milliseconds before the end at which nothing more is waited for, so that the reason says what was. */
const LAST_WAIT = 70_000;

export async function handler(event: unknown, context: Context): Promise<void> {
  const request = parseRequest(event);
  logger.appendKeys({ requestType: request.RequestType, stackId: request.StackId });
  const left = context.getRemainingTimeInMillis();
  const work = () => doRequest(request, Date.now() + left - LAST_WAIT);
  const status = await answerRequest(request, work, sendByHttp, left - ANSWER_TIME);
  logger.info('Answered CloudFormation', { status });
}

async function doRequest({ RequestType }: CustomResourceRequest, deadline: number): Promise<void> {
  if (RequestType === 'Delete') return; // the rows stay, they are the owner's
  const log = (message: string, details: object): void => {
    logger.info(message, { ...details });
  };
  const target = findTarget(process.env, { deadline, sleep, log });
  try {
    const done = await bringUpToDate(target, migrations);
    logger.info('The schema is up to date', { ...done });
  } catch (error) {
    logger.error('Bringing the schema up to date failed', { error });
    throw error;
  } finally {
    await target.close();
  }
}
