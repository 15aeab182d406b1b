/** The functions' real bundles at work: what is left out of them, and what stands in for it, must not be missed. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAuthority } from '../support/authority';
import { CALLER, startAwsServer, type AwsServer } from '../support/aws-server';
import { useBundles } from '../support/bundles';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { startMysqlServer, type MysqlServer } from '../support/mysql-server';
import { refusalOf } from '../support/rds-token';
import { runBundle } from '../support/run-bundle';
import { customer, order, put, removal, type StreamRecord } from '../support/stream';

const { named } = useBundles();

const QUERY = { queryMessageId: 'm', detail: { query: 'customersByItem', itemid: 'z1' } };

describe('over a plain connection, with a password out of Secrets Manager', () => {
  let own: TestDatabase;
  let secrets: AwsServer;
  let dynamodb: AwsServer;
  let password: string;
  let environment: NodeJS.ProcessEnv;

  beforeEach(async () => {
    own = await createTestDatabase();
    password = own.config.DATABASE_PASSWORD;
    secrets = await startAwsServer('secretsmanager', () => ({ body: { SecretString: JSON.stringify({ password }) } }));
    dynamodb = await startAwsServer('dynamodb', () => ({ body: { Responses: { orders: [] }, UnprocessedKeys: {} } }));
    environment = {
      ...CALLER,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.address,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.address,
      DATABASE_HOST: own.config.DATABASE_HOST,
      DATABASE_PORT: String(own.config.DATABASE_PORT),
      DATABASE_NAME: own.config.DATABASE_NAME,
      DATABASE_USER: own.config.DATABASE_USER,
      DATABASE_TLS: 'off',
      DATABASE_SIGN_IN: 'secret',
      DATABASE_SECRET_ARN: 'arn:of-it',
      ORDERS_TABLE: 'orders',
      POWERTOOLS_METRICS_NAMESPACE: 'OrderPipeline',
      POWERTOOLS_SERVICE_NAME: 'test',
    };
  });
  afterEach(async () => {
    await Promise.all([secrets.close(), dynamodb.close()]);
    await own.drop();
  });

  const run = (name: string, ...events: object[]) => runBundle(named(name).file, environment, events);
  const project = (...batches: StreamRecord[][]) => run('ProjectOrders', ...batches.map((Records) => ({ Records })));

  test('every character comes back as it was, of one byte to four', async () => {
    const name = 'Zoë Ω 渡辺 😀𝒜 \\ \' " \u0000 \u{10ffff}';
    const outcomes = await project([put(customer('c-1', { name })), put(order('6101', { customerid: 'c-1' }))]);
    expect(outcomes).toEqual([{ value: null }]);
    expect(await own.connect().read((sql) => sql.select('SELECT name FROM customers'))).toEqual([{ name }]);
    const [answer] = await run('QueryOrders', QUERY);
    expect(answer?.value).toMatchObject({
      queryStatus: 200,
      queryResult: [{ customerid: 'c-1', name, orderCount: 1 }],
    });
    expect(secrets.requests.map(({ input }) => input)).toEqual([{ SecretId: 'arn:of-it' }, { SecretId: 'arn:of-it' }]);
  });

  test('the orders table is asked whether what was removed is really gone', async () => {
    await project([put(order('6101')), put(order('6102'))], [removal('6101')]);
    expect(dynamodb.requests.map(({ operation, input }) => ({ operation, input }))).toEqual([
      { operation: 'BatchGetItem', input: { RequestItems: { orders: { Keys: [{ pk: { S: 'order#6101' } }], ConsistentRead: true } } } }, // prettier-ignore
    ]);
    expect(await own.connect().read((sql) => sql.select('SELECT itemid, ordered FROM item_sales'))).toEqual([
      { itemid: 'z1', ordered: 2 },
    ]);
  });

  test('new orders in a rush are written ahead: their sums are set aside, until something else comes', async () => {
    const many = (from: number) => Array.from({ length: 25 }, (_, n) => put(order(`o${from + n}`, { items: [{ itemid: `z${n}`, quantity: 2 }] }))); // prettier-ignore
    const sums = async () => {
      const booked = await own
        .connect()
        .read((sql) => sql.select<{ ordered: number }>('SELECT ordered FROM item_sales'));
      const unbooked = await own.connect().read((sql) => sql.select('SELECT id FROM unbooked_sales'));
      return { booked: booked.reduce((sum, { ordered }) => sum + ordered, 0), unbooked: unbooked.length };
    };
    await project(...[100, 200, 300, 400, 500, 600].map(many));
    expect(await sums()).toEqual({ booked: 250, unbooked: 1 });
    await project([removal('o600')]);
    expect(await sums()).toEqual({ booked: 298, unbooked: 0 });
  });

  test('numbers beyond 32 bits are summed up, and read', async () => {
    const many = { items: [{ itemid: 'z1', quantity: 100_000_000 }] };
    await project([Array.from({ length: 60 }, (_, index) => put(order(`o-${index}`, many)))].flat());
    const [answer] = await run('QueryItemSalesReport', { queryMessageId: 'm', detail: { query: 'itemsSalesReport' } });
    expect(answer?.value).toMatchObject({ queryResult: [{ itemid: 'z1', totalordered: 6_000_000_000 }] });
  });

  test('a row that the database refuses goes to quarantine, and the others in', async () => {
    await own.connect().read((sql) => sql.run(`ALTER TABLE customers ADD CHECK (name <> 'refused')`));
    const outcomes = await project([put(customer('c-1', { name: 'refused' })), put(customer('c-2'))]);
    expect(outcomes).toEqual([{ value: null }]);
    const database = own.connect();
    expect(await database.read((sql) => sql.select('SELECT customerid FROM customers'))).toEqual([
      { customerid: 'c-2' },
    ]);
    expect(await database.read((sql) => sql.select('SELECT CONVERT(pk USING utf8mb4) AS pk FROM quarantined_changes'))).toEqual([{ pk: 'customer#c-1' }]); // prettier-ignore
  });

  test('a missing table is the database’s failure: nothing goes to quarantine, and the batch comes again', async () => {
    const database = own.connect();
    await database.read((sql) => sql.run('RENAME TABLE customers TO elsewhere'));
    const [outcome] = await project([put(customer('c-1'))]);
    expect(outcome?.error).toMatchObject({ errno: 1146 });
    expect(
      await database.read((sql) => sql.select('SELECT CONVERT(pk USING utf8mb4) AS pk FROM quarantined_changes')),
    ).toEqual([]);
  });

  test('a password that is refused is fetched again, and what to do is said', async () => {
    password = 'another';
    const [outcome] = await run('QueryOrders', QUERY);
    expect(outcome?.error?.name).toBe('SignInFailed');
    expect(outcome?.error?.message).toMatch(
      /refused to let us in: Access denied .* The secret arn:of-it was read again/,
    );
    expect(secrets.requests).toHaveLength(2);
  });
});

describe('over TLS, with an IAM token', () => {
  let server: MysqlServer;
  let environment: NodeJS.ProcessEnv;
  let certificate: string;

  beforeEach(async () => {
    const authority = await createAuthority('An authority of a test');
    certificate = authority.certificate;
    server = await startMysqlServer({ certificate: await authority.issue('localhost'), judgeCleartext: judge });
    environment = {
      ...CALLER,
      DATABASE_HOST: 'localhost',
      DATABASE_PORT: String(server.port),
      DATABASE_NAME: 'orders',
      DATABASE_USER: 'query',
      DATABASE_TLS: 'verify',
      DATABASE_SIGN_IN: 'iam',
    };
  });
  afterEach(() => server.close());

  const judge = (user: string, token: string): string | undefined =>
    refusalOf(token, {
      authority: `localhost:${server.port}`,
      user,
      region: CALLER.AWS_REGION,
      accessKeyId: CALLER.AWS_ACCESS_KEY_ID,
      secretAccessKey: CALLER.AWS_SECRET_ACCESS_KEY,
      now: new Date(),
    });

  const ask = async (name: string) => {
    const detail = { query: 'customerCount' };
    return (await runBundle(named(name).file, environment, [{ queryMessageId: 'm', detail }]))[0];
  };

  test('it signs in where an authority of the file beside it vouches for the server, and is answered', async () => {
    const { folder: place } = named('QueryOrders');
    const file = readdirSync(place).find((name) => name.endsWith('.pem')) ?? '';
    writeFileSync(join(place, file), certificate);
    expect(await ask('QueryOrders')).toMatchObject({ value: { queryStatus: 200 } });
    expect(server.seen.map(({ encrypted }) => encrypted)).toEqual([true]);
    expect(server.plaintext()).not.toContain('X-Amz-Signature');
  });

  test('to any other server it tells nothing', async () => {
    const events = [{ operation: 'status' }];
    const [outcome] = await runBundle(named('OperateReadModel').file, environment, events);
    expect(outcome?.error?.name).toBe('SignInFailed');
    expect(server.connections()).toBe(1);
    expect(server.seen).toEqual([]);
  });
});
