/** A connection to the database: made, and set up as every session of ours is. */
import { createConnection, type Connection } from 'mysql2';
import type { DatabaseConfig } from './database';
import { askOn, within } from './database-statements';
import type { Credentials } from './sign-in';

/**
 * The character set also where the server does not take the one that the driver asks for (`skip-character-set-client-handshake`): what
 * the driver escapes, and the functions read, is UTF-8. Strict, so that a value that does not fit is refused and never cut; READ COMMITTED, so that `FOR UPDATE` on keys
 * that do not exist takes no gap locks (https://dev.mysql.com/doc/refman/8.0/en/innodb-locking.html).
 */
const SETTINGS = `SET SESSION character_set_client = utf8mb4, character_set_results = utf8mb4, collation_connection = utf8mb4_bin,
  sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO',
  time_zone = '+00:00', innodb_lock_wait_timeout = 10, wait_timeout = 60`;

/** A statement and not the variable, whose name MariaDB changed in 11.1. */
const ISOLATION = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED';

/** What is left of the time for connecting, in milliseconds. */
export type TimeLeft = () => number;

async function setUp(connection: Connection, severalAtOnce: boolean, left: TimeLeft): Promise<void> {
  await within<undefined>(connection, left(), (done) => {
    connection.connect((error) => {
      done(error, undefined);
    });
  });
  await askOn(connection, left(), severalAtOnce)([[SETTINGS], [ISOLATION]]);
}

/**
 * The password is sent as it is only where the way of signing in wants that, over TLS, to a server whose certificate was verified.
 *
 * @throws the server's or the socket's error.
 */
export async function connect(
  config: DatabaseConfig,
  { user, password }: Credentials,
  left: TimeLeft,
): Promise<Connection> {
  const ssl = config.tls?.();
  const multipleStatements = config.severalAtOnce === true;
  const connection = createConnection({
    host: config.DATABASE_HOST,
    port: config.DATABASE_PORT,
    user,
    password,
    database: config.DATABASE_NAME,
    charset: 'utf8mb4_bin',
    dateStrings: true,
    supportBigNumbers: true,
    multipleStatements,
    connectTimeout: left(),
    ...(ssl !== undefined && { ssl, enableCleartextPlugin: config.signIn.cleartext === true }),
  });
  try {
    await setUp(connection, multipleStatements, left);
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}
