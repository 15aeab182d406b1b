/**
 * Lambda on the orders table's stream: projects each batch into the read model. An error makes the stream deliver it again. Invoked with
 * `{ "redrive": ["order#6101", …] }`, it projects those as they are now.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import * as v from 'valibot';
import { databaseEnvironment, readEnvironment, tableEnvironment } from '../shared/config';
import { connectDatabase } from '../shared/database';
import { databaseConfig } from '../shared/database-config';
import { logger, metrics } from '../shared/observability';
import { copyName } from '../shared/rebuild';
import { connectCopy, keysOf } from './copy';
import { connectOrdersTable, lazyBatchGet } from './orders-table';
import { projectRecords, type Dependencies } from './project-records';
import { readRedriveRequest, redrive, type Redriven, type RedriveRequest } from './redrive';
import { addMetrics, lagOf, logSummary } from './report';

const environment = readEnvironment(v.intersect([databaseEnvironment, tableEnvironment]));

/** Connecting takes as long as a paused database to resume; two attempts, after a statement without an answer, fit into the function's timeout. */
const PATIENCE = { connectMs: 45_000, statementMs: 25_000 };

const config = databaseConfig(environment);

const dependencies: Dependencies = {
  database: connectDatabase(config, PATIENCE),
  ordersTable: connectOrdersTable(environment.ORDERS_TABLE, lazyBatchGet(), sleep),
  random: Math.random,
  sleep,
};

const copy = connectCopy(
  dependencies,
  connectDatabase({ ...config, DATABASE_NAME: copyName(config.DATABASE_NAME) }, PATIENCE),
  Date.now,
);

/** Projects one delivery of stream records, or what a person asks for. */
export async function handler(event: DynamoDBStreamEvent | RedriveRequest): Promise<Redriven | undefined> {
  if ('redrive' in event) return projectAgain(readRedriveRequest(event));
  await project(event);
  return undefined;
}

async function project({ Records }: DynamoDBStreamEvent): Promise<void> {
  try {
    await copy.project(keysOf(Records));
    const summary = await projectRecords(Records, dependencies);
    logSummary(logger, Records, summary);
    addMetrics(metrics, summary, lagOf(Records, Date.now()));
    metrics.publishStoredMetrics();
  } catch (error) {
    logger.error('Batch not projected; the stream delivers it again', { records: Records.length, error });
    throw error;
  }
}

async function projectAgain(keys: readonly string[]): Promise<Redriven> {
  await copy.project(keys);
  const result = await redrive(keys, dependencies);
  logger.info('Redriven', { ...result });
  return result;
}
