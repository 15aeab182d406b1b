/** Lambda of the rebuild: does the steps of its state machine, and tells the command-line tool how far it is. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { connectOrdersTable, batchGetItem } from '../project-orders/orders-table';
import { databaseEnvironment, readEnvironment, tableEnvironment } from '../shared/config';
import { connectDatabase } from '../shared/database';
import { databaseConfig } from '../shared/database-config';
import { logger } from '../shared/observability';
import { copyName } from '../shared/rebuild';
import type { Dependencies } from './deps';
import { PATIENCE } from './patience';
import { AT_ONCE, doStep, parseRequest, type Answer } from './request';
import { scanTable } from './scan';

const environment = readEnvironment(v.intersect([databaseEnvironment, tableEnvironment]));

const config = databaseConfig(environment);
const names = { live: config.DATABASE_NAME, copy: copyName(config.DATABASE_NAME) };

const dependencies: Dependencies = {
  names,
  live: connectDatabase(config, PATIENCE),
  lock: connectDatabase(config, PATIENCE),
  copy: connectDatabase({ ...config, DATABASE_NAME: names.copy, severalAtOnce: true }, PATIENCE),
  ordersTable: connectOrdersTable(environment.ORDERS_TABLE, batchGetItem, sleep),
  scan: scanTable(environment.ORDERS_TABLE),
  atOnce: AT_ONCE,
  now: Date.now,
  random: Math.random,
  sleep,
};

/** Does one step. Who may ask is a matter of IAM: the state machine, and whoever may invoke the function. */
export async function handler(payload: unknown): Promise<Answer> {
  const request = parseRequest(payload);
  const answer = await doStep(dependencies, request);
  logger.info('Done', { ...request, answer });
  return answer;
}
