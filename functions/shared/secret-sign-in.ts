/** Signing in by a password in Secrets Manager: fetched at the first connection, and again when the server refuses it. */
import * as v from 'valibot';
import { AWS_TIMEOUTS } from './aws-timeouts';
import type { Credentials, SignIn } from './sign-in';

/** Fetches a secret's string; undefined where it holds bytes. */
export type FetchSecret = (arn: string) => Promise<string | undefined>;

/** As RDS writes its secrets: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html */
const rdsSecret = v.object({ username: v.optional(v.string()), password: v.string() });

/** What JSON text holds; undefined where it is none. The parser's own error would show the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads a secret: the password itself, or an object as RDS makes them.
 *
 * @param user who signs in, unless the secret names somebody else.
 * @throws Error when it is an object without a password; the message shows nothing of it.
 */
export function readSecret(secret: string | undefined, user: string): Credentials {
  if (secret === undefined || secret === '') throw new Error('it holds no text');
  const parsed = parseJson(secret);
  if (typeof parsed !== 'object' || parsed === null) return { user, password: secret };
  const result = v.safeParse(rdsSecret, parsed);
  if (!result.success) throw new Error('it is JSON without a text named password');
  return { user: result.output.username ?? user, password: result.output.password };
}

/** Keeps what it fetched for as long as the server takes it. */
export function secretSignIn(arn: string, user: string, fetchSecret: FetchSecret = lazyFetchSecret()): SignIn {
  let held: Credentials | undefined;
  const renewed = async (): Promise<Credentials> => {
    try {
      return (held = readSecret(await fetchSecret(arn), user));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : 'unknown error';
      throw new Error(`The secret ${arn} cannot be used: ${reason}`, { cause });
    }
  };
  return {
    credentials: async () => held ?? (await renewed()),
    renewed,
    advice: `The secret ${arn} was read again before this: check that it holds the user's present password.`,
  };
}

/** GetSecretValue of the AWS SDK, which is loaded at the first call: functions that sign in by IAM never need it. */
export function lazyFetchSecret(): FetchSecret {
  let client: Promise<FetchSecret> | undefined;
  const load = async (): Promise<FetchSecret> => {
    const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
    const secrets = new SecretsManagerClient({ requestHandler: AWS_TIMEOUTS, maxAttempts: 2 });
    return async (SecretId) => (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString;
  };
  return async (arn) => (await (client ??= load()))(arn);
}
