/**
 * Whose failure is it? The one place where an error of the database is told to be worth a retry now, worth a retry
 * later, or the record's own. Told by `errno` and SQLSTATE, not by names: MySQL and MariaDB share the numbers.
 */
import { isNativeError } from 'node:util/types';
import { SignInFailed } from './sign-in';

/**
 * - `conflict`: another writer was in the way; roll back and do the whole transaction again, now.
 * - `unavailable`: the database cannot be reached or used; nothing is wrong with the data, try later.
 * - `data`: the database refused the data itself; trying again cannot help.
 */
export type DatabaseFailure = 'conflict' | 'unavailable' | 'data';

/**
 * Deadlock, lock wait timeout, a key that another writer inserted first, a table that was swapped for another since the transaction
 * began, and a guard that found something (ahead.ts).
 */
const CONFLICTS = new Set([1213, 1205, 1062, 1412, 1242]);

/** A CHECK refused the row: 3819 on MySQL, 4025 on MariaDB. */
const CHECKS = new Set([3819, 4025]);

/** Errors of data whose SQLSTATE is the general one: incorrect value, data truncated, no default. */
const GENERAL_DATA_ERRORS = new Set([1265, 1364, 1366, 1411]);

interface SqlError extends Error {
  readonly errno: number;
  readonly sqlState?: string;
}

/** An error that the server sent, or that the driver met on the way to it. */
const isSqlError = (error: unknown): error is SqlError =>
  isNativeError(error) && 'errno' in error && typeof error.errno === 'number';

/** Sockets fail with `code` alone or with a negative `errno`; mysql2 marks what ends a connection `fatal`. */
const isConnectionError = (error: unknown): boolean =>
  isNativeError(error) &&
  (('fatal' in error && error.fatal === true) ||
    ('errno' in error && typeof error.errno === 'number' && error.errno < 0) ||
    ('code' in error && typeof error.code === 'string' && /^(E[A-Z]+|PROTOCOL_\w+)$/.test(error.code)));

/**
 * Tells whose failure `error` is; undefined where it did not come from the database at all.
 *
 * SQLSTATE classes 22 (data exception) and 23 (integrity) are the data's; whatever else the server says (read-only
 * 1290, too many connections 1040, a missing table 1146, a missing privilege 1142, a full disk 1021 …) is not.
 */
export function classifyDatabaseError(error: unknown): DatabaseFailure | undefined {
  if (error instanceof SignInFailed) return 'unavailable';
  if (isSqlError(error)) {
    if (CONFLICTS.has(error.errno)) return 'conflict';
    if (CHECKS.has(error.errno) || GENERAL_DATA_ERRORS.has(error.errno)) return 'data';
    if (error.sqlState !== undefined && /^2[23]/.test(error.sqlState)) return 'data';
    return 'unavailable';
  }
  return isConnectionError(error) ? 'unavailable' : undefined;
}

/**
 * Whether the connection that met `error` is to be given up: it is lost, or another might do better. A server that became
 * read-only, for one, is a former writer: connecting again finds the new one.
 */
export const endsConnection = (error: unknown): boolean => classifyDatabaseError(error) === 'unavailable';
