/**
 * The stack's own database by the RDS Data API: HTTPS calls, so that db-init needs no network of its own. A call is a statement on a
 * connection of its own; only calls of one transaction share one.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html
 */
import {
  BeginTransactionCommand,
  ExecuteStatementCommand,
  RDSDataClient,
  RollbackTransactionCommand,
  StatementTimeoutException,
  type SqlParameter,
} from '@aws-sdk/client-rds-data';
import type { SqlValue } from '../functions/shared/database';
import { DataApiError, isNotReady } from './data-api-error';

/** Which database, and whose credentials the Data API takes. */
export interface DataApiConfig {
  readonly DATABASE_CLUSTER_ARN: string;
  readonly DATABASE_SECRET_ARN: string;
  readonly DATABASE_NAME: string;
}

/** How long to wait, and for what. */
export interface Waits {
  /** Milliseconds of Unix time: after it nothing is waited for. */
  readonly deadline: number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Told before each wait. */
  readonly log: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** How a statement is to be run. */
export interface Options {
  /** Lets the statement go on when the call ends after 45 seconds, as AWS advises for DDL. */
  readonly continueAfterTimeout?: boolean;
  readonly transactionId?: string;
}

/** A call ended before its statement did, which was stopped unless it was to go on. */
export class StillRunning extends Error {
  override name = 'StillRunning';
  /** @param connectionId of the connection that runs it, where the Data API told it. */
  constructor(
    readonly connectionId: number | undefined,
    options: ErrorOptions,
  ) {
    super('It did not end within the 45 seconds that the Data API gives a statement', options);
  }
}

/** Calls of the Data API. All of them wait for a database that is not ready, and throw DataApiError. */
export interface DataApi {
  /** @throws StillRunning, too. */
  execute(
    statement: string,
    values?: readonly SqlValue[],
    options?: Options,
  ): Promise<{ rows: object[]; affected: number }>;
  /** @returns the transaction's id. It is rolled back when no call names it for three minutes. */
  begin(): Promise<string>;
  rollback(transactionId: string): Promise<void>;
}

/** Longer than the Data API's own limit of 45 seconds, as AWS advises: else the client would give up first, and not know what came of it. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 60_000, throwOnRequestTimeout: true };

/** The SDK's client: it tries a throttled call, or one whose answer was lost, again by itself. */
export const createClient = (): RDSDataClient => new RDSDataClient({ requestHandler: TIMEOUTS });

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 10_000;

/** `?` becomes `:p1`, `:p2` …: the Data API binds by name. Statements of ours have no other `?`. */
function named(statement: string, values: readonly SqlValue[]): { sql: string; parameters: SqlParameter[] } {
  if (values.length === 0) return { sql: statement, parameters: [] };
  let count = 0;
  const sql = statement.replaceAll('?', () => `:p${(count += 1)}`);
  if (count !== values.length) throw new Error(`${values.length} values for ${count} places: ${statement}`);
  return { sql, parameters: values.map((value, index) => ({ name: `p${index + 1}`, value: field(value) })) };
}

function field(value: SqlValue): SqlParameter['value'] {
  if (value === null) return { isNull: true };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { longValue: value } : { doubleValue: value };
  throw new Error('The Data API binds strings, numbers and null');
}

/** @param client closed by its owner. */
export function createDataApi(client: RDSDataClient, config: DataApiConfig, waits: Waits): DataApi {
  const where = {
    resourceArn: config.DATABASE_CLUSTER_ARN,
    secretArn: config.DATABASE_SECRET_ARN,
    database: config.DATABASE_NAME,
  };

  const whenReady = async <T>(call: () => Promise<T>): Promise<T> => {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        return await call();
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        if (error instanceof StatementTimeoutException) throw new StillRunning(error.dbConnectionId, { cause: error });
        if (!isNotReady(error) || Date.now() + pause > waits.deadline) throw new DataApiError(error);
        waits.log('The database is not ready; waiting', { milliseconds: pause, reason: error.message });
        await waits.sleep(pause);
      }
    }
  };

  return {
    async execute(statement, values = [], options = {}) {
      const input = { ...where, ...named(statement, values), ...options, formatRecordsAs: 'JSON' as const };
      const { formattedRecords, numberOfRecordsUpdated = 0 } = await whenReady(() =>
        client.send(new ExecuteStatementCommand(input)),
      );
      return { rows: JSON.parse(formattedRecords ?? '[]') as object[], affected: numberOfRecordsUpdated };
    },
    async begin() {
      const { transactionId } = await whenReady(() => client.send(new BeginTransactionCommand(where)));
      if (transactionId === undefined) throw new Error('The Data API began a transaction without an id');
      return transactionId;
    },
    async rollback(transactionId) {
      const { resourceArn, secretArn } = where;
      await whenReady(() => client.send(new RollbackTransactionCommand({ resourceArn, secretArn, transactionId })));
    },
  };
}
