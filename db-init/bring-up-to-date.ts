/** The schema, and in the stack's own database its users, brought to what this release needs. */
import * as v from 'valibot';
import { databaseEnvironment, readEnvironment } from '../functions/shared/config';
import { connectDatabase, type Sql } from '../functions/shared/database';
import { databaseConfig } from '../functions/shared/database-config';
import { COMPLETE_SUMMARIES } from '../functions/shared/rebuild';
import { createClient, createDataApi, type Waits } from './data-api';
import { overDataApi } from './data-api-exclusive';
import { onConnection, type Exclusive } from './exclusive';
import { applyMigrations } from './migrate';
import { MigrationError, reasonOf } from './migration-error';
import type { Migration } from './migrations/index';
import { bringUsersUpToDate } from './users';

const arn = v.pipe(v.string('is missing'), v.startsWith('arn:', 'is no ARN'));

/** Of the form in which the stack has a database of its own. */
const dataApiEnvironment = v.object({
  DATABASE_CLUSTER_ARN: arn,
  DATABASE_SECRET_ARN: arn,
  DATABASE_NAME: v.pipe(v.string('is missing'), v.regex(/^\w{1,64}$/, 'is no database name')),
});

/** A database whose schema is to be brought up to date. */
export interface Target {
  /** For the reason of a failure. */
  readonly where: string;
  readonly exclusive: Exclusive;
  /** Whether its users are the stack's to make. */
  readonly ownsUsers: boolean;
  close(): Promise<void>;
}

/** Milliseconds: long enough for a paused database to resume. */
const CONNECT_TIMEOUT = 60_000;

/**
 * The database that the environment names: by the Data API where `DATABASE_SIGN_IN` is `data-api`, else as the functions reach it.
 *
 * @throws Error naming the variables that are missing or bad.
 */
export function findTarget(environment: NodeJS.ProcessEnv, waits: Waits, newClient = createClient): Target {
  if (environment['DATABASE_SIGN_IN'] === 'data-api') {
    const config = readEnvironment(dataApiEnvironment, environment);
    const client = newClient();
    return {
      where: `${config.DATABASE_CLUSTER_ARN}/${config.DATABASE_NAME}`,
      exclusive: overDataApi(createDataApi(client, config, waits), waits),
      ownsUsers: true,
      close() {
        client.destroy();
        return Promise.resolve();
      },
    };
  }
  const config = readEnvironment(databaseEnvironment, environment);
  const database = connectDatabase(databaseConfig(config), { connectMs: CONNECT_TIMEOUT });
  return {
    where: `${config.DATABASE_HOST}:${config.DATABASE_PORT}/${config.DATABASE_NAME}`,
    exclusive: onConnection(database),
    ownsUsers: false,
    close: () => database.close(),
  };
}

/** What was done. */
export interface Done {
  /** Names of the migrations applied by this run. */
  readonly applied: readonly string[];
  /** Statements that revoked what users needed no more. */
  readonly revoked: readonly string[];
  /** Summaries that do not hold all orders: reports read others, which are slower, until the read model is rebuilt. */
  readonly toRebuild: readonly string[];
}

/** @throws Error whose message says where, what and why. */
export async function bringUpToDate(target: Target, migrations: readonly Migration[]): Promise<Done> {
  try {
    return await target.exclusive(async (sql) => {
      const applied = await applyMigrations(sql, migrations);
      const revoked = target.ownsUsers ? await bringUsers(() => bringUsersUpToDate(sql)) : [];
      return { applied, revoked, toRebuild: await selectIncomplete(sql, migrations) };
    });
  } catch (error) {
    throw new Error(`${target.where}: ${reasonOf(error)}`, { cause: error });
  }
}

async function selectIncomplete(sql: Sql, migrations: readonly Migration[]): Promise<string[]> {
  if (!migrations.some(({ ofNewModel }) => ofNewModel)) return [];
  const rows = await sql.select<{ name: string }>('SELECT name FROM complete_summaries');
  return COMPLETE_SUMMARIES.filter((summary) => !rows.some(({ name }) => name === summary));
}

async function bringUsers(work: () => Promise<string[]>): Promise<string[]> {
  try {
    return await work();
  } catch (error) {
    throw new MigrationError(`The users could not be made: ${reasonOf(error)}`, { cause: error });
  }
}
