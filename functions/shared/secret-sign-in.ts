/** Signing in by a password in Secrets Manager: fetched at the first connection, and again when the server refuses it. */
import * as v from 'valibot';
import { callAws } from './aws-call';
import { SECRETS_MANAGER } from './aws-services';
import { parseJson } from './parse-json';
import type { Credentials, SignIn } from './sign-in';

/** Fetches a secret's string; undefined where it holds bytes. */
export type FetchSecret = (arn: string) => Promise<string | undefined>;

/** As RDS writes its secrets: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html */
const rdsSecret = v.object({ username: v.optional(v.string()), password: v.string() });

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
export function secretSignIn(arn: string, user: string, fetchSecret: FetchSecret = getSecretValue): SignIn {
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

const answerSchema = v.object({ SecretString: v.optional(v.string()) });

/** GetSecretValue: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export async function getSecretValue(SecretId: string): Promise<string | undefined> {
  const answer = await callAws(SECRETS_MANAGER, 'GetSecretValue', { SecretId }, { attempts: 2, timeoutMs: 5_000 });
  const parsed = v.safeParse(answerSchema, answer); // an error of `parse` would hold the secret
  return parsed.success ? parsed.output.SecretString : undefined;
}
