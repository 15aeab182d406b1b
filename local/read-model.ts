/** The read model's database: empty at each start. On a server of the user's, only a database that `npm start` made is ever emptied. */
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { PasswordConfig } from '../functions/shared/database';
import type { ServerConfig } from './database-server';
import { Problem, messageOf } from './problem';

const DATABASE_NAME = 'order_pipeline';

/** Tells that `npm start` made the database: the tables alone could be those of a pipeline in earnest. */
const MARK = 'made_by_npm_start';

/**
 * Makes the database anew on `server`.
 *
 * @throws Problem when it holds something that `npm start` did not make; it is left as it was.
 */
export async function createReadModel(server: ServerConfig, name = DATABASE_NAME): Promise<PasswordConfig> {
  const connection = await connect(server);
  try {
    await requireOurs(connection, name);
    await connection.query('DROP DATABASE IF EXISTS ??', [name]);
    await connection.query('CREATE DATABASE ?? DEFAULT CHARACTER SET utf8mb4', [name]);
    await connection.query('CREATE TABLE ?? (made_at DATETIME NOT NULL)', [`${name}.${MARK}`]);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`The database ${name} could not be made: ${messageOf(error)}`);
  } finally {
    await connection.end();
  }
  return { ...server, DATABASE_NAME: name };
}

async function requireOurs(connection: Connection, name: string): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>(
    'SELECT table_name AS tableName FROM information_schema.tables WHERE table_schema = ?',
    [name],
  );
  if (rows.length === 0 || rows.some((row) => row['tableName'] === MARK)) return;
  throw new Problem(
    `The database ${name} holds tables that npm start did not make, and npm start begins with an empty one. ` +
      'Name another in DATABASE_URL; it is made for you.',
  );
}

async function connect(server: ServerConfig): Promise<Connection> {
  try {
    return await createConnection({
      host: server.DATABASE_HOST,
      port: server.DATABASE_PORT,
      user: server.DATABASE_USER,
      password: server.DATABASE_PASSWORD,
      connectTimeout: 5_000,
    });
  } catch (error) {
    const where = `${server.DATABASE_HOST}:${server.DATABASE_PORT}`;
    throw new Problem(
      `The database server at ${where} cannot be used: ${messageOf(error)}. Is it running, and is DATABASE_URL right?`,
    );
  }
}

const NO_URL =
  'DATABASE_URL must be like mysql://user:password@host:3306/order_pipeline. ' +
  'The name has letters, digits and _; what is else in user or password is encoded, such as % by %25.';

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Problem(NO_URL);
  }
}

/**
 * Reads `mysql://user:password@host:port/name`, the last two optional.
 *
 * @throws Problem when it is no such URL.
 */
export function parseDatabaseUrl(text: string): { server: ServerConfig; name?: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const name = url?.pathname.slice(1) ?? '';
  if (
    url === undefined ||
    !/^(mysql|mariadb):$/.test(url.protocol) ||
    url.hostname === '' ||
    !/^\w{0,64}$/.test(name)
  ) {
    throw new Problem(NO_URL);
  }
  const server = {
    DATABASE_HOST: url.hostname.replace(/^\[|\]$/g, ''),
    DATABASE_PORT: url.port === '' ? 3306 : Number(url.port),
    DATABASE_USER: decode(url.username),
    DATABASE_PASSWORD: decode(url.password),
  };
  return name === '' ? { server } : { server, name };
}

/** The URL that `parseDatabaseUrl` reads. */
export function databaseUrl(config: PasswordConfig): string {
  const who = `${encodeURIComponent(config.DATABASE_USER)}:${encodeURIComponent(config.DATABASE_PASSWORD)}`;
  return `mysql://${who}@${config.DATABASE_HOST}:${config.DATABASE_PORT}/${config.DATABASE_NAME}`;
}
