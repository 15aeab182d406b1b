/** Brings the read model's schema up to date: as a custom resource before the functions that use it are made, or when a person asks. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { logger } from '../functions/shared/observability';
import { bringUpToDate, findTarget, type Done } from './bring-up-to-date';
import { sendByHttp } from './custom-resource';
import { migrations } from './migrations/index';
import { serve } from './serve';

/** Milliseconds before the end at which nothing more is waited for, so that the reason says what was. */
const LAST_WAIT = 70_000;

export async function handler(event: unknown, context: Context): Promise<Done | undefined> {
  const leftMs = context.getRemainingTimeInMillis();
  return serve(event, { work: () => doWork(Date.now() + leftMs - LAST_WAIT), send: sendByHttp, log, leftMs });
}

function log(message: string, details: object): void {
  logger.info(message, { ...details });
}

async function doWork(deadline: number): Promise<Done> {
  const target = findTarget(process.env, { deadline, sleep, log });
  try {
    const done = await bringUpToDate(target, migrations);
    logger.info('The schema is up to date', { ...done });
    return done;
  } catch (error) {
    logger.error('Bringing the schema up to date failed', { error });
    throw error;
  } finally {
    await target.close();
  }
}
