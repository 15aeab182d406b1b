/** Signing in over the real protocol: to a server that asks for IAM tokens over TLS, and to others that want us to be careless. */
import { format, inspect } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { connectDatabase, type Database, type DatabaseConfig } from '../../../functions/shared/database';
import { classifyDatabaseError } from '../../../functions/shared/database-errors';
import { iamSignIn } from '../../../functions/shared/iam-sign-in';
import { logger } from '../../../functions/shared/observability';
import { secretSignIn } from '../../../functions/shared/secret-sign-in';
import { trusting } from '../../../functions/shared/server-certificates';
import { passwordSignIn, SignInFailed, type SignIn } from '../../../functions/shared/sign-in';
import { createAuthority, type Authority } from '../../support/authority';
import { startMysqlServer, type Behaviour, type MysqlServer } from '../../support/mysql-server';
import { refusalOf } from '../../support/rds-token';

const REGION = 'eu-central-1';
const USER = 'projector';
const PASSWORD = 'the-password-of-a-test';
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret-key', AWS_SESSION_TOKEN: 'session-token-'.repeat(60) }; // prettier-ignore

let authority: Authority;
let certificate: { cert: string; key: string };
let server: MysqlServer;
let databases: Database[];

beforeAll(async () => {
  authority = await createAuthority('An authority that we trust');
  certificate = await authority.issue('localhost');
});
beforeEach(async () => {
  databases = [];
  server = await startMysqlServer({ certificate, judgeCleartext: judgeToken });
});
afterEach(async () => {
  await Promise.all(databases.map((database) => database.close()));
  await server.close();
});

const judgeToken = (user: string, token: string): string | undefined =>
  refusalOf(token, {
    authority: `localhost:${server.port}`,
    user,
    region: REGION,
    accessKeyId: KEYS.AWS_ACCESS_KEY_ID,
    secretAccessKey: KEYS.AWS_SECRET_ACCESS_KEY,
    now: new Date(),
  });

const iam = (now?: () => Date, keys: NodeJS.ProcessEnv = KEYS): SignIn =>
  iamSignIn({ host: 'localhost', port: server.port, user: USER, region: REGION }, keys, now);

const secret = (text: string): SignIn => secretSignIn('arn', USER, () => Promise.resolve(text));

const verified = { tls: () => trusting([authority.certificate]) };

function connect(signIn: SignIn, more: Partial<DatabaseConfig> = verified, patience = {}): Database {
  const config = { DATABASE_HOST: 'localhost', DATABASE_PORT: server.port, DATABASE_NAME: 'n', signIn, ...more };
  const database = connectDatabase(config, patience);
  databases.push(database);
  return database;
}

const whoAmI = async (database: Database): Promise<unknown> =>
  (await database.read((sql) => sql.select<{ user: string }>('SELECT CURRENT_USER() AS user')))[0]?.user;

async function failureOf(database: Database): Promise<Error> {
  const error: unknown = await whoAmI(database).catch((reason: unknown) => reason);
  if (!(error instanceof Error)) throw new Error(`let in as ${inspect(error)}`);
  return error;
}

describe('by IAM', () => {
  test('the token goes over verified TLS, and lets us in', async () => {
    expect(await whoAmI(connect(iam()))).toBe(USER);
    expect(server.seen).toMatchObject([{ encrypted: true, password: expect.stringMatching(/^localhost:\d+\/\?Action=connect/) }]); // prettier-ignore
    expect(server.plaintext()).not.toContain(USER);
  });

  test('each connection has a token of its own', async () => {
    let minute = 0;
    const start = Date.now();
    const signIn = iam(() => new Date(start - 60_000 * (minute += 1)));
    await whoAmI(connect(signIn));
    await whoAmI(connect(signIn));
    expect(new Set(server.seen.map(({ password }) => password)).size).toBe(2);
  });

  test.each([
    ['an expired token', () => iam(() => new Date(Date.now() - 16 * 60_000)), 'expired'],
    ['a token by keys of somebody else', () => iam(undefined, { ...KEYS, AWS_SECRET_ACCESS_KEY: 'x' }), 'signature'],
  ])('%s is refused, not tried twice, and told with what to check', async (_, signIn, reason) => {
    const error = await failureOf(connect(signIn()));
    expect(error).toBeInstanceOf(SignInFailed);
    expect(error.message).toContain(`localhost:${server.port} refused to let us in: Access denied for user '${USER}' (${reason})`); // prettier-ignore
    expect(error.message).toContain('rds-db:connect');
    expect(server.connections()).toBe(1);
  });

  test('no credentials: not even tried', async () => {
    const error = await failureOf(connect(iam(undefined, {})));
    expect(error.message).toContain('AWS_ACCESS_KEY_ID is missing');
    expect(server.connections()).toBe(0);
  });
});

describe('a server that cannot prove who it is gets nothing', () => {
  test.each([
    ['of another authority', async () => (await createAuthority('Another authority')).issue('localhost'), /self-signed certificate|unable to (verify|get)/], // prettier-ignore
    ['for another host', () => authority.issue('db.example.com'), /does not match certificate/],
  ])('a certificate %s', async (_, issue, reason) => {
    server.behaviour = { ...server.behaviour, certificate: await issue() };
    const error = await failureOf(connect(iam()));
    expect(error).toBeInstanceOf(SignInFailed);
    expect(error.message).toMatch(reason);
    expect(server.seen).toEqual([]);
    expect(server.plaintext()).not.toContain(USER);
  });

  test('also when the one before it, under that name, could', async () => {
    const database = connect(iam(), { tls: () => trust });
    const trust = trusting([authority.certificate]);
    expect(await whoAmI(database)).toBe(USER);
    await database.close();
    server.behaviour = { ...server.behaviour, certificate: await authority.issue('db.example.com') };
    expect((await failureOf(database)).message).toMatch(/does not match certificate/);
    expect(server.seen).toHaveLength(1);
  });

  test('no TLS at all', async () => {
    server.behaviour = { judgeCleartext: judgeToken };
    expect((await failureOf(connect(iam()))).message).toContain('Server does not support secure connection');
    expect(server.seen).toEqual([]);
  });
});

describe('a password is not sent as it is', () => {
  const cases: [string, () => SignIn, Partial<DatabaseConfig>][] = [
    ['a token, without TLS', () => iam(), { tls: undefined }],
    ['a secret, without TLS', () => secret(PASSWORD), {}],
    ['a secret, over verified TLS', () => secret(PASSWORD), verified],
    ['a password, without TLS', () => passwordSignIn(USER, PASSWORD), {}],
  ];
  test.each(cases)('though the server asks for it: %s', async (_, signIn, more) => {
    const error = await failureOf(connect(signIn(), more));
    expect(error).toBeInstanceOf(SignInFailed);
    expect(error.message).toContain('mysql_clear_password');
    expect(server.seen).toEqual([]);
    expect(server.plaintext()).not.toContain(PASSWORD);
  });
});

describe('by a secret', () => {
  const passwords = (...all: string[]) => {
    const fetched: string[] = [];
    return { fetched, signIn: secretSignIn('arn:of-it', USER, () => Promise.resolve(fetched[fetched.push(all[fetched.length] ?? '') - 1])) }; // prettier-ignore
  };

  test.each([
    ['over verified TLS', verified],
    ['without TLS', {}],
  ])('%s', async (_, more) => {
    server.behaviour = { certificate, password: PASSWORD };
    expect(await whoAmI(connect(passwords(PASSWORD).signIn, more))).toBe(USER);
  });

  test('that was rotated: fetched again, once, and nobody notices', async () => {
    server.behaviour = { certificate, password: 'new' };
    const { signIn, fetched } = passwords('old', 'new');
    expect(await whoAmI(connect(signIn))).toBe(USER);
    expect(fetched).toEqual(['old', 'new']);
  });

  test('that is wrong also when fetched again: given up', async () => {
    server.behaviour = { certificate, password: 'another' };
    const { signIn, fetched } = passwords('old', 'new', 'newer');
    expect((await failureOf(connect(signIn))).message).toContain('The secret arn:of-it was read again');
    expect(fetched).toEqual(['old', 'new']);
    expect(server.connections()).toBe(2);
  });

  test('that does not come in time: given up', async () => {
    const never = secretSignIn('arn', USER, () => new Promise(() => undefined));
    const error = await failureOf(connect(never, verified, { connectMs: 200 }));
    expect(error.message).toMatch(/^No credentials for the database: They did not come within \d+ ms$/);
  });
});

test('a server that ended our idle session, and says so now: asked again on another', async () => {
  server.behaviour = { ...server.behaviour, questions: 1 };
  const database = connect(iam());
  expect([await whoAmI(database), await whoAmI(database)]).toEqual([USER, USER]);
  expect(server.connections()).toBe(2);
});

describe('a server that resumes', () => {
  test('is waited for', async () => {
    server.behaviour = { ...server.behaviour, pauseMs: 2_000 };
    expect(await whoAmI(connect(iam(), verified, { connectMs: 10_000, statementMs: 100 }))).toBe(USER);
  });

  test('for no longer than one has patience', async () => {
    server.behaviour = { ...server.behaviour, pauseMs: 2_000 };
    const error = await failureOf(connect(iam(), verified, { connectMs: 300 }));
    expect(error).toMatchObject({ code: 'ETIMEDOUT' });
    expect(classifyDatabaseError(error)).toBe('unavailable');
  });
});

describe('whatever goes wrong', () => {
  const wrong: [string, () => SignIn, Partial<DatabaseConfig>, () => Partial<Behaviour>][] = [
    ['a wrong token', () => iam(() => new Date(0)), verified, () => ({})],
    ['no credentials', () => iam(undefined, {}), verified, () => ({})],
    ['a certificate that is not trusted', () => iam(), { tls: () => trusting([]) }, () => ({})],
    ['no TLS', () => iam(), { tls: undefined }, () => ({})],
    ['a wrong secret', () => secret(PASSWORD), verified, () => ({ judgeCleartext: undefined, password: 'x' })],
    ['a secret that is no password', () => secret(`{"p":"${PASSWORD}"}`), verified, () => ({})],
    ['a secret that cannot be fetched', () => secretSignIn('arn', USER, () => Promise.reject(new Error('no'))), verified, () => ({})], // prettier-ignore
    ['no answer', () => iam(), verified, () => ({ pauseMs: 1_000 })],
  ];
  test.each(wrong)('%s: no record is at fault, and no secret is in the log', async (_, signIn, more, behaviour) => {
    server.behaviour = { ...server.behaviour, ...behaviour() };
    let error = new Error();
    const written = await writtenDuring(async () => {
      error = await failureOf(connect(signIn(), more, { connectMs: 400 }));
      logger.error('The read model cannot answer', { error });
    });
    expect(classifyDatabaseError(error)).toBe('unavailable');
    expect(written).toContain(JSON.stringify(error.message).slice(1, -1));
    const everything = written + inspect(error, { depth: 20, showHidden: true });
    for (const hidden of [PASSWORD, 'X-Amz-Signature', KEYS.AWS_SECRET_ACCESS_KEY, KEYS.AWS_SESSION_TOKEN])
      expect(everything).not.toContain(hidden);
  });

  test('and when nothing does: not a word', async () => {
    expect(await writtenDuring(() => whoAmI(connect(iam())))).toBe('');
    server.behaviour = { certificate, password: PASSWORD };
    expect(await writtenDuring(() => whoAmI(connect(secret(PASSWORD))))).toBe('');
  });
});

/** Whatever is written meanwhile, by whichever way. */
async function writtenDuring(act: () => Promise<unknown>): Promise<string> {
  let written = '';
  const write = (...parts: unknown[]): true => {
    written += format(...parts);
    return true;
  };
  const spies = [
    ...[process.stdout, process.stderr].map((stream) => jest.spyOn(stream, 'write').mockImplementation(write)),
    ...(['debug', 'log', 'info', 'warn', 'error'] as const).map((way) =>
      jest.spyOn(console, way).mockImplementation(write),
    ),
  ];
  try {
    await act();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return written;
}
