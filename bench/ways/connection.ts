/** A connection for the ways that are compared: the same session as the projector's. */
import { createConnection, type Connection, type ConnectionOptions } from 'mysql2/promise';
import type { PasswordConfig } from '../../functions/shared/database';

export const connectionOptions = (config: PasswordConfig): ConnectionOptions => ({
  host: config.DATABASE_HOST,
  port: config.DATABASE_PORT,
  user: config.DATABASE_USER,
  password: config.DATABASE_PASSWORD,
  database: config.DATABASE_NAME,
  charset: 'utf8mb4_bin',
  dateStrings: true,
});

/** As functions/shared/database-connection.ts sets its sessions up. */
export const SESSION = "SET SESSION sql_mode = 'STRICT_ALL_TABLES', time_zone = '+00:00'";

export async function openConnection(config: PasswordConfig): Promise<Connection> {
  const connection = await createConnection(connectionOptions(config));
  await connection.query(SESSION);
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
  return connection;
}
