/**
 * The RDS Data API on a real test database, for the real client: its protocol (REST JSON, errors by `x-amzn-errortype`), and what is
 * strict about it: one statement a call, values by name and type, a connection of its own for each call outside a transaction, a transaction
 * that DDL or an error ends, a time for each call.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createConnection, type Connection, type ResultSetHeader } from 'mysql2/promise';
import { RDSDataClient, type ExecuteStatementRequest } from '@aws-sdk/client-rds-data';
import type { PasswordConfig } from '../../functions/shared/database';
import type { DataApiConfig } from '../../db-init/data-api';
import { bind, commitsImplicitly, Refused } from './data-api-sql';

/** A call as it came. */
export interface Call {
  readonly path: string;
  readonly body: Partial<ExecuteStatementRequest>;
}

/** Answers `call` instead of the database, or lets it through by returning undefined. */
export type Fault = (call: Call) => Refused | undefined;

/** What may differ from AWS, so that a test does not wait. */
export interface Options {
  /** Milliseconds of a call; 45 seconds on AWS. */
  readonly callMs?: number;
  /** Whether a call that is over tells which connection runs on; on AWS it may. */
  readonly tellsConnection?: boolean;
  /** Done to each statement, such as giving a user a password where there is no AWS plugin. */
  readonly translate?: (sql: string) => string;
}

const RESULT_BYTES = 1024 * 1024;

/** The last call of a transaction may be this long ago. */
const TRANSACTION_MS = 180_000;

interface Transaction {
  readonly connection: Connection;
  readonly expiry: NodeJS.Timeout;
}

export class DataApiServer {
  readonly config: DataApiConfig;
  readonly calls: Call[] = [];
  /** Asked before each call, in their order. */
  readonly faults: Fault[] = [];
  readonly #transactions = new Map<string, Transaction>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #clients: RDSDataClient[] = [];
  readonly #http = createServer((request, response) => {
    void this.#answer(request).then(({ status, type, body }) => {
      response.writeHead(status, {
        'content-type': 'application/json',
        ...(type !== undefined && { 'x-amzn-errortype': `${type}:http://internal.amazon.com/` }),
      });
      response.end(JSON.stringify(body));
    });
  });

  private constructor(
    private readonly database: PasswordConfig,
    private readonly options: Options,
  ) {
    this.config = {
      DATABASE_CLUSTER_ARN: 'arn:aws:rds:eu-west-1:123456789012:cluster:order-pipeline',
      DATABASE_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds!cluster-1',
      DATABASE_NAME: database.DATABASE_NAME,
    };
  }

  static async start(database: PasswordConfig, options: Options = {}): Promise<DataApiServer> {
    const server = new DataApiServer(database, options);
    await new Promise<void>((resolve) => server.#http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** Where it listens. */
  get address(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** One more client; closed by `stop`. */
  client(): RDSDataClient {
    const client = new RDSDataClient({
      region: 'eu-west-1',
      endpoint: this.address,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    this.#clients.push(client);
    return client;
  }

  /** The statements that were sent, in their order. */
  statements(): string[] {
    return this.calls.flatMap(({ body }) => body.sql ?? []);
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    for (const id of [...this.#transactions.keys()]) await this.#end(id);
    await Promise.allSettled(this.#running);
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; type?: string; body: unknown }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Call['body'];
    const call = { path: request.url ?? '', body };
    this.calls.push(call);
    try {
      for (const fault of this.faults) {
        const refused = fault(call);
        if (refused !== undefined) throw refused;
      }
      return { status: 200, body: await this.#do(call) };
    } catch (error) {
      const { type, message, status } = error instanceof Refused ? error : databaseError(error);
      const tells = this.options.tellsConnection !== false;
      const dbConnectionId = tells && error instanceof StillRunning ? { dbConnectionId: error.connectionId } : {};
      return { status, type, body: { message, ...dbConnectionId } };
    }
  }

  async #do({ path, body }: Call): Promise<unknown> {
    if (body.resourceArn !== this.config.DATABASE_CLUSTER_ARN || body.secretArn !== this.config.DATABASE_SECRET_ARN)
      throw new Refused('BadRequestException', 'HttpEndpoint is not enabled for resource or secret is of another');
    switch (path) {
      case '/BeginTransaction':
        return { transactionId: await this.#begin() };
      case '/RollbackTransaction':
        this.#find(body.transactionId);
        await this.#end(body.transactionId ?? '');
        return { transactionStatus: 'Rollback Complete' };
      case '/Execute':
        return this.#execute(body);
      default:
        throw new Refused('NotFoundException', path, 404);
    }
  }

  #connect(): Promise<Connection> {
    return createConnection({
      host: this.database.DATABASE_HOST,
      port: this.database.DATABASE_PORT,
      user: this.database.DATABASE_USER,
      password: this.database.DATABASE_PASSWORD,
      database: this.database.DATABASE_NAME,
      dateStrings: true,
    });
  }

  async #begin(): Promise<string> {
    const id = randomUUID();
    const connection = await this.#connect();
    await connection.beginTransaction();
    const expiry = setTimeout(() => void this.#end(id), TRANSACTION_MS);
    this.#transactions.set(id, { connection, expiry });
    return id;
  }

  #find(id: string | undefined): Transaction {
    const transaction = this.#transactions.get(id ?? '');
    if (transaction !== undefined) return transaction;
    throw new Refused('TransactionNotFoundException', `Transaction ${id ?? ''} is not found`, 404);
  }

  /** What it did is rolled back. */
  async #end(id: string): Promise<void> {
    const { connection, expiry } = this.#transactions.get(id) ?? {};
    clearTimeout(expiry);
    this.#transactions.delete(id);
    await connection?.end().catch(() => undefined);
  }

  async #execute(body: Call['body']): Promise<unknown> {
    const { statement, values } = bind(body.sql ?? '', body.parameters ?? []);
    if (body.database !== this.config.DATABASE_NAME) throw new Refused('BadRequestException', 'No such database');
    const { transactionId } = body;
    const connection = transactionId === undefined ? await this.#connect() : this.#find(transactionId).connection;
    const done = connection.query((this.options.translate ?? String)(statement), values);
    const over = done.then(
      () => (transactionId === undefined ? connection.end() : undefined),
      () => (transactionId === undefined ? connection.end() : undefined),
    );
    this.#running.add(over);
    try {
      await this.#inTime(connection, done, body.continueAfterTimeout === true);
      if (transactionId !== undefined && commitsImplicitly(statement)) await this.#end(transactionId);
      return answer((await done)[0], statement);
    } catch (error) {
      if (transactionId !== undefined) await this.#end(transactionId);
      throw error;
    }
  }

  async #inTime(connection: Connection, done: Promise<unknown>, goesOn: boolean): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        if (!goesOn) void this.#kill(connection.threadId);
        reject(new StillRunning(connection.threadId));
      }, this.options.callMs ?? 45_000);
    });
    await Promise.race([done, late]).finally(() => {
      clearTimeout(timer);
    });
  }

  async #kill(threadId: number): Promise<void> {
    const killer = await this.#connect();
    await killer.query(`KILL QUERY ${threadId}`);
    await killer.end();
  }
}

class StillRunning extends Refused {
  constructor(readonly connectionId: number) {
    super('StatementTimeoutException', 'Request timed out');
  }
}

/** As for an Aurora MySQL cluster of Serverless v2; AWS does not document the words. */
function databaseError(error: unknown): Refused {
  const { message, errno, sqlState } = error as { message: string; errno?: number; sqlState?: string };
  return new Refused(
    'DatabaseErrorException',
    `${message}; Error code: ${errno ?? 0}; SQLState: ${sqlState ?? 'HY000'}`,
  );
}

/** Rows are told as JSON for SELECT alone. */
function answer(result: unknown, statement: string): unknown {
  if (!Array.isArray(result)) return { numberOfRecordsUpdated: (result as ResultSetHeader).affectedRows };
  if (!/^\s*\(?SELECT\b/i.test(statement)) return { records: [] };
  const formattedRecords = JSON.stringify(result);
  if (Buffer.byteLength(formattedRecords) > RESULT_BYTES)
    throw new Refused('BadRequestException', 'Database returned more than the allowed response size limit');
  return { formattedRecords, numberOfRecordsUpdated: 0 };
}
