/** A database server of our own, empty at its start, on 127.0.0.1. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { provideDatabaseSoftware, type DatabaseSoftware } from './database-software';
import { isFree } from './ports';
import { Problem } from './problem';
import { run } from './run';
import { startServerProcess, waitUntilReady, type ServerProcess } from './server-process';

/** How to reach a server: the variables of functions/shared/config.ts, but for the database's name. */
export interface ServerConfig {
  readonly DATABASE_HOST: string;
  readonly DATABASE_PORT: number;
  readonly DATABASE_USER: string;
  readonly DATABASE_PASSWORD: string;
}

/** A server that can be stopped and started again on the same data. */
export interface DatabaseServer {
  /** Of a user who may do everything. */
  readonly config: ServerConfig;
  /** Such as `MariaDB 11.4.5`. */
  readonly name: string;
  start(): Promise<void>;
  /** An orderly end. */
  stop(): Promise<void>;
  /** An end as by a crash (SIGKILL). */
  kill(): Promise<void>;
  /** Resolves when the server that runs now has ended. */
  ended(): Promise<void>;
}

/** Where and with what. */
export interface DatabaseServerOptions {
  /** Emptied first; holds the data and the log. */
  readonly directory: string;
  readonly port: number;
  /** The server to run, if not the one that is found. */
  readonly software?: DatabaseSoftware;
  readonly signal?: AbortSignal;
}

const USER = 'order_pipeline';

/** Holds the id of the server's process while it runs; it may be there still after a crash. */
export const databasePidFile = (directory: string): string => join(directory, 'server.pid');

/**
 * Makes an empty server in `directory` and starts it.
 *
 * @throws Problem when the port is taken or the server does not come up, with the end of its log.
 */
export async function startDatabaseServer(options: DatabaseServerOptions): Promise<DatabaseServer> {
  const { directory, port, signal } = options;
  const software = options.software ?? (await provideDatabaseSoftware(signal));
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const data = join(directory, 'data');
  const [installer, ...installArgs] = software.install;
  await run(installer, [...installArgs, `--datadir=${data}`], { signal });

  const password = randomBytes(18).toString('base64url');
  const config = { DATABASE_HOST: '127.0.0.1', DATABASE_PORT: port, DATABASE_USER: USER, DATABASE_PASSWORD: password };
  const log = join(directory, 'server.log');
  // A socket's path may have about 100 characters: a clone's folder may be longer than that.
  const socketFolder = join(tmpdir(), `order-pipeline-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`);
  rmSync(socketFolder, { recursive: true, force: true }); // of a run that was killed
  let server: ServerProcess | undefined;

  const start = async (more: readonly string[] = []): Promise<void> => {
    await requireFree(port, server === undefined ? 0 : 10_000);
    mkdirSync(socketFolder, { recursive: true, mode: 0o700 });
    // Its temporary tables too: a server that starts deletes those of another in the same folder.
    const where = [`--datadir=${data}`, `--tmpdir=${socketFolder}`, `--port=${port}`, `--socket=${join(socketFolder, 'socket')}`, `--pid-file=${databasePidFile(directory)}`]; // prettier-ignore
    server = startServerProcess([...software.serve, ...where, ...OPTIONS, ...more], log);
    await waitUntilReady('The database server', server, log, () => answers(config));
  };
  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    await server?.[how]();
    rmSync(socketFolder, { recursive: true, force: true });
  };

  await start([`--init-file=${writeInitFile(directory, password)}`]);
  rmSync(initFile(directory));
  return {
    config,
    name: software.name,
    start: () => start(),
    stop: () => end('stop'),
    kill: () => end('kill'),
    ended: () => server?.ended ?? Promise.resolve(),
  };
}

/** A server that was killed holds its port for a moment more. */
async function requireFree(port: number, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await isFree(port))) {
    if (Date.now() >= deadline) throw new Problem(`Port ${port} is taken, so the database server cannot listen there.`);
    await delay(50);
  }
}

/** Durable over a crash of the server, not of the machine: that is enough here, and faster. */
const OPTIONS = ['--bind-address=127.0.0.1', '--skip-name-resolve', '--innodb-flush-log-at-trx-commit=2'];

const initFile = (directory: string): string => join(directory, 'init.sql');

/** Our user signs in over TCP; root, who has no password, only through the socket. */
function writeInitFile(directory: string, password: string): string {
  const statements = [
    `CREATE USER '${USER}'@'%' IDENTIFIED BY '${password}'`,
    `GRANT ALL PRIVILEGES ON *.* TO '${USER}'@'%' WITH GRANT OPTION`,
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}'`,
    "DROP USER IF EXISTS 'root'@'127.0.0.1', 'root'@'::1'",
  ];
  writeFileSync(initFile(directory), `${statements.join(';\n')};\n`, { mode: 0o600 });
  return initFile(directory);
}

async function answers(config: ServerConfig): Promise<boolean> {
  try {
    const connection = await createConnection({
      host: config.DATABASE_HOST,
      port: config.DATABASE_PORT,
      user: config.DATABASE_USER,
      password: config.DATABASE_PASSWORD,
      connectTimeout: 2_000,
    });
    await connection.end();
    return true;
  } catch {
    return false;
  }
}
