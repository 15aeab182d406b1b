/** Signing in to the database: by credentials that are asked for now, in time, and with words for what went wrong. */
import { isNativeError } from 'node:util/types';
import type { Connection } from 'mysql2';
import type { DatabaseConfig } from './database';
import { connect, type TimeLeft } from './database-connection';
import { tooLate } from './database-statements';
import { SignInFailed, type Credentials } from './sign-in';

/** ER_ACCESS_DENIED_ERROR, on every server. */
const isRefusal = (error: unknown): error is Error => isNativeError(error) && 'errno' in error && error.errno === 1045;

/** The driver's codes where it would not go on with a server: https://github.com/sidorares/node-mysql2/tree/master/lib/commands */
const INSECURE = new Set(['HANDSHAKE_SSL_ERROR', 'HANDSHAKE_NO_SSL_SUPPORT', 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED']);

const isInsecure = (error: unknown): error is Error =>
  isNativeError(error) && 'code' in error && typeof error.code === 'string' && INSECURE.has(error.code);

/** The error as it is, or what to do about it. The original stays out where it carries a whole certificate. */
function explained(error: unknown, config: DatabaseConfig): unknown {
  const where = `${config.DATABASE_HOST}:${config.DATABASE_PORT}`;
  if (isRefusal(error))
    return new SignInFailed(`${where} refused to let us in: ${error.message}. ${config.signIn.advice}`, {
      cause: error,
    });
  if (!isInsecure(error)) return error;
  return new SignInFailed(
    `There is no connection to ${where} that we would sign in over: ${error.message}. Where DATABASE_TLS is verify, the ` +
      'server must have a certificate for that very name, of a public authority or of Amazon RDS.',
  );
}

/** @throws SignInFailed also where they come too late. */
async function credentialsInTime(asked: Promise<Credentials>, ms: number): Promise<Credentials> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(tooLate('They did not come', ms));
    }, ms);
  });
  try {
    return await Promise.race([asked, late]);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown error';
    throw new SignInFailed(`No credentials for the database: ${reason}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** Signs in; once more with other credentials, where those at hand were refused and may be out of date. */
async function tryToSignIn(config: DatabaseConfig, left: TimeLeft): Promise<Connection> {
  const { signIn } = config;
  const credentials = await credentialsInTime(signIn.credentials(), left());
  try {
    return await connect(config, credentials, left);
  } catch (error) {
    if (!isRefusal(error) || signIn.renewed === undefined) throw error;
    return connect(config, await credentialsInTime(signIn.renewed(), left()), left);
  }
}

/** @throws the server's or the socket's error; SignInFailed where signing in is at fault. */
export async function signIn(config: DatabaseConfig, left: TimeLeft): Promise<Connection> {
  try {
    return await tryToSignIn(config, left);
  } catch (error) {
    throw explained(error, config);
  }
}
