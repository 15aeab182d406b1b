/** Lambda on the orders table's stream: projects each batch into the read model. An error makes the stream deliver it again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { databaseEnvironment, readEnvironment, tableEnvironment } from '../shared/config';
import { connectDatabase } from '../shared/database';
import { logger, metrics } from '../shared/observability';
import { connectOrdersTable, lazyBatchGet } from './orders-table';
import { projectRecords, type Dependencies } from './project-records';
import { addMetrics, lagOf, logSummary } from './report';

const environment = readEnvironment({ ...databaseEnvironment, ...tableEnvironment });

/** Connecting takes as long as a paused database to resume; two attempts, after a statement without an answer, fit into the function's timeout. */
const PATIENCE = { connectMs: 45_000, statementMs: 25_000 };

const dependencies: Dependencies = {
  database: connectDatabase(environment, PATIENCE),
  ordersTable: connectOrdersTable(environment.ORDERS_TABLE, lazyBatchGet(), sleep),
  random: Math.random,
  sleep,
};

/** Projects one delivery of stream records. */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<void> {
  try {
    const summary = await projectRecords(Records, dependencies);
    logSummary(logger, Records, summary);
    addMetrics(metrics, summary, lagOf(Records, Date.now()));
    metrics.publishStoredMetrics();
  } catch (error) {
    logger.error('Batch not projected; the stream delivers it again', { records: Records.length, error });
    throw error;
  }
}
