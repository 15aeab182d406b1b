/** Our tokens are those of AWS's own signer, and good for what they say. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { Signer } from '@aws-sdk/rds-signer';
import { iamSignIn, iamToken } from '../../../functions/shared/iam-sign-in';
import { refusalOf } from '../../support/rds-token';

const NOW = new Date('2026-11-24T19:05:09Z');
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const SESSION: typeof KEYS & { AWS_SESSION_TOKEN?: string } = {
  ...KEYS,
  AWS_SESSION_TOKEN: 'IQoJb3JpZ2luX2VjEHk//+aCXVzLWVhc3QtMSJ=='.repeat(20),
};
const scope = {
  host: 'pipeline.cluster-abc.eu-central-1.rds.amazonaws.com',
  port: 3306,
  user: 'projector',
  region: 'eu-central-1',
};

afterEach(() => {
  jest.useRealTimers();
});

describe('the token', () => {
  test.each([
    ['keys of a user', scope, KEYS],
    ['keys of a role, with a session token', scope, SESSION],
    ['another port, region and a user of many kinds of characters', { ...scope, port: 13306, region: 'us-east-1', user: "a b+c/d~e*f'g@h" }, SESSION], // prettier-ignore
  ])("is that of AWS's signer: %s", async (_, where, environment: typeof SESSION) => {
    jest.useFakeTimers({ now: NOW, advanceTimers: true });
    const { host: hostname, port, user: username, region } = where;
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
    const { AWS_SESSION_TOKEN: sessionToken } = environment;
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
    const theirs = await new Signer({ hostname, port, username, region, credentials }).getAuthToken();
    expect(await iamToken(where, environment, NOW)).toBe(theirs);
  });

  test('lets its user in for 15 minutes, there and nowhere else', async () => {
    const token = await iamToken(scope, SESSION, NOW);
    const check = {
      authority: `${scope.host}:3306`,
      user: scope.user,
      region: scope.region,
      accessKeyId: KEYS.AWS_ACCESS_KEY_ID,
      secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY,
      now: new Date(NOW.getTime() + 900_000),
    };
    expect(refusalOf(token, check)).toBeUndefined();
    expect(refusalOf(token, { ...check, now: new Date(NOW.getTime() + 901_000) })).toBe('expired');
    expect(refusalOf(token, { ...check, user: 'db_init' })).toBe('user');
    expect(refusalOf(token, { ...check, authority: 'elsewhere:3306' })).toBe('host');
    expect(refusalOf(token, { ...check, region: 'us-east-1' })).toBe('scope');
    expect(refusalOf(token, { ...check, secretAccessKey: 'another' })).toBe('signature');
    expect(refusalOf(token.replace('DBUser=projector', 'DBUser=db_init'), { ...check, user: 'db_init' })).toBe(
      'signature',
    );
  });

  test('needs credentials, and says which are missing', async () => {
    await expect(iamToken(scope, { AWS_ACCESS_KEY_ID: 'a' }, NOW)).rejects.toThrow('AWS_SECRET_ACCESS_KEY is missing');
  });
});

test('each connection gets a token by the credentials and the clock of then', async () => {
  const environment: NodeJS.ProcessEnv = { ...KEYS };
  let now = NOW;
  const signIn = iamSignIn(scope, environment, () => now);
  const { user, password } = await signIn.credentials();
  expect({ user, password }).toEqual({ user: 'projector', password: await iamToken(scope, KEYS, NOW) });
  Object.assign(environment, SESSION);
  now = new Date(NOW.getTime() + 60_000);
  expect((await signIn.credentials()).password).toBe(await iamToken(scope, SESSION, now));
});
