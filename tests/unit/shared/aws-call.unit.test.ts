/** Calls of AWS services, beside the AWS SDK's own clients, to a server that checks every signature. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AwsCallFailed, callAws } from '../../../functions/shared/aws-call';
import { addressOf, DYNAMODB, SECRETS_MANAGER } from '../../../functions/shared/aws-services';
import { CALLER, startAwsServer, type AwsServer, type Reply } from '../../support/aws-server';

const GET_ITEMS = { RequestItems: { orders: { Keys: [{ pk: { S: 'customer#ü😀' } }], ConsistentRead: true } } };
const ITEMS = { Responses: { orders: [{ pk: { S: 'customer#ü😀' } }] }, UnprocessedKeys: {} };
const GET_SECRET = { SecretId: 'arn:of-it' };
const TRIES = { attempts: 3, timeoutMs: 300 };

let server: AwsServer;
afterEach(() => server.close());

/** Answers the replies in turn, the last one for ever. */
async function serving(service: string, ...replies: Reply[]): Promise<NodeJS.ProcessEnv> {
  server = await startAwsServer(service, () => (replies.length > 1 ? replies.shift() : replies[0]) ?? 'silence');
  return { ...CALLER, AWS_ENDPOINT_URL: server.address };
}

const credentials = { accessKeyId: CALLER.AWS_ACCESS_KEY_ID, secretAccessKey: CALLER.AWS_SECRET_ACCESS_KEY, sessionToken: CALLER.AWS_SESSION_TOKEN }; // prettier-ignore
const client = () => ({ endpoint: server.address, region: CALLER.AWS_REGION, credentials });

/** What makes one call the same as another. */
const asked = () =>
  server.requests.map(({ method, path, headers, input }) => ({
    method,
    path,
    input,
    target: headers['x-amz-target'],
    type: headers['content-type'],
  }));

describe('asks what the AWS SDK asks, and is answered the same', () => {
  test('BatchGetItem', async () => {
    const environment = await serving('dynamodb', { body: ITEMS });
    expect(await callAws(DYNAMODB, 'BatchGetItem', GET_ITEMS, TRIES, environment)).toEqual(ITEMS);
    expect(await new DynamoDBClient(client()).send(new BatchGetItemCommand(GET_ITEMS))).toMatchObject(ITEMS);
    const [ours, theirs] = asked();
    expect(ours).toEqual(theirs);
  });

  test('GetSecretValue', async () => {
    const environment = await serving('secretsmanager', { body: { SecretString: 'p' } });
    expect(await callAws(SECRETS_MANAGER, 'GetSecretValue', GET_SECRET, TRIES, environment)).toEqual({
      SecretString: 'p',
    });
    expect(await new SecretsManagerClient(client()).send(new GetSecretValueCommand(GET_SECRET))).toMatchObject({ SecretString: 'p' }); // prettier-ignore
    const [ours, theirs] = asked();
    expect(ours).toEqual(theirs);
  });

  test.each(['eu-central-1', 'us-east-1', 'cn-north-1'])('in %s', async (Region) => {
    await serving('dynamodb', { body: {} });
    const theirs = [
      new DynamoDBClient({}).config.endpointProvider({ Region }),
      new SecretsManagerClient({}).config.endpointProvider({ Region }),
    ];
    const ours = [DYNAMODB, SECRETS_MANAGER].map((service) => addressOf(service, Region, {}));
    expect(ours.map(({ hostname }) => hostname)).toEqual(theirs.map(({ url }) => url.hostname));
  });
});

const call = (environment: NodeJS.ProcessEnv) => callAws(DYNAMODB, 'BatchGetItem', GET_ITEMS, TRIES, environment);

describe('tries again', () => {
  test.each<[string, Reply]>([
    ['after a failure of the service', { status: 500, body: { __type: 'InternalServerError' } }],
    ['after a failure that says nothing', { status: 503, body: '<html>' }],
    ['after too much at once', { status: 400, body: { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException' } }], // prettier-ignore
    ['after too many requests', { status: 400, body: { __type: 'ThrottlingException' } }],
    ['where the connection ends', 'hang up'],
    ['where nothing comes in time', 'silence'],
  ])('%s', async (_, reply) => {
    const environment = await serving('dynamodb', reply, reply, { body: ITEMS });
    expect(await call(environment)).toEqual(ITEMS);
    expect(server.requests).toHaveLength(3);
  });

  test('as often as it may, and says what there was', async () => {
    const environment = await serving('dynamodb', {
      status: 500,
      body: { __type: 'InternalServerError', message: 'busy' },
    });
    await expect(call(environment)).rejects.toThrow('BatchGetItem: InternalServerError: busy');
    expect(server.requests).toHaveLength(3);
  });

  test('and gives up where nothing ever comes', async () => {
    const environment = await serving('dynamodb', 'silence');
    await expect(call(environment)).rejects.toThrow(`BatchGetItem: no answer from ${new URL(server.address).host}`);
    expect(server.requests).toHaveLength(3);
  });
});

describe('is refused at once', () => {
  test.each<[string, Reply, string]>([
    ['with its reason', { status: 400, body: { __type: 'com.amazon#AccessDeniedException', Message: 'not you' } }, 'AccessDeniedException: not you'], // prettier-ignore
    ['without one', { status: 404, body: 'nothing here' }, 'status 404 without an answer'],
    ['by an answer that is none', { status: 200, body: 'top-secret' }, 'status 200 without an answer'],
  ])('%s', async (_, reply, words) => {
    const error: unknown = await call(await serving('dynamodb', reply)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AwsCallFailed);
    expect(error).toHaveProperty('message', `BatchGetItem: ${words}`);
    expect(server.requests).toHaveLength(1);
  });

  test('where the keys are not those of the server', async () => {
    const environment = { ...(await serving('dynamodb', { body: ITEMS })), AWS_SECRET_ACCESS_KEY: 'another' };
    await expect(call(environment)).rejects.toThrow('InvalidSignatureException: signature');
  });

  test('where the environment names no caller', async () => {
    await serving('dynamodb', { body: ITEMS });
    await expect(call({ AWS_REGION: 'eu-central-1' })).rejects.toThrow('AWS_ACCESS_KEY_ID is missing');
    expect(server.requests).toEqual([]);
  });
});
