/**
 * Lambda on the orders table's stream: projects each batch into the read model. An error makes the stream deliver it again. Invoked with
 * `{ "redrive": ["order#6101", …] }`, it projects those as they are now; with a request of reconcile.ts, it compares or mends.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import * as v from 'valibot';
import { databaseEnvironment, readEnvironment, tableEnvironment } from '../shared/config';
import { connectDatabase } from '../shared/database';
import { databaseConfig } from '../shared/database-config';
import { logger, metrics } from '../shared/observability';
import { copyName } from '../shared/rebuild';
import { startCareful } from './ahead';
import { connectCopy, copyFirst, keysOf } from './copy';
import { connectOrdersTable, batchGetItem } from './orders-table';
import { PATIENCE } from './patience';
import { projectRecords, type Dependencies } from './project-records';
import {
  isReconcileRequest,
  reconcile,
  type Checked,
  type Compared,
  type Mended,
  type ReconcileRequest,
} from './reconcile';
import { readRedriveRequest, redrive, type Redriven, type RedriveRequest } from './redrive';
import { addMetrics, lagOf, logSummary } from './report';

const environment = readEnvironment(v.intersect([databaseEnvironment, tableEnvironment]));

const config = { ...databaseConfig(environment), severalAtOnce: true };

const dependencies: Dependencies = {
  database: connectDatabase(config, PATIENCE),
  ordersTable: connectOrdersTable(environment.ORDERS_TABLE, batchGetItem, sleep),
  random: Math.random,
  sleep,
  ahead: startCareful(),
};

const copy = connectCopy(
  dependencies,
  connectDatabase({ ...config, DATABASE_NAME: copyName(config.DATABASE_NAME) }, PATIENCE),
  Date.now,
);

/** Projects one delivery of stream records, or what a person asks for. */
export async function handler(
  event: DynamoDBStreamEvent | RedriveRequest | ReconcileRequest,
): Promise<Redriven | Compared | Checked | Mended | undefined> {
  if (isReconcileRequest(event)) return reconcile(event, dependencies);
  if ('redrive' in event) return projectAgain(readRedriveRequest(event));
  await project(event);
  return undefined;
}

async function project({ Records }: DynamoDBStreamEvent): Promise<void> {
  try {
    const summary = await copyFirst(copy, keysOf(Records), () => projectRecords(Records, dependencies));
    logSummary(logger, Records, summary);
    addMetrics(metrics, summary, lagOf(Records, Date.now()));
    metrics.publishStoredMetrics();
  } catch (error) {
    logger.error('Batch not projected; the stream delivers it again', { records: Records.length, error });
    throw error;
  }
}

async function projectAgain(keys: readonly string[]): Promise<Redriven> {
  const result = await copyFirst(copy, keys, () => redrive(keys, dependencies));
  logger.info('Redriven', { ...result });
  return result;
}
