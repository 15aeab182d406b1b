/** The workflow on the local cloud: for each world a machine, tables, a bus and queues of its own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateStateMachineCommand, SFNClient, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { clientOptions } from '../../local/clients';
import { tool } from '../../local/paths';
import { readDefinition, substitute, type Json, type JsonObject } from './asl-definition';
import { createKeyTable } from './key-table';
import type { Ended, Missing, SentEvent, World } from './workflow-world';

const ROLE = 'arn:aws:iam::000000000000:role/workflow';

/** How long to wait for a message more than those expected. */
const QUIET_MS = 100;

interface Clients {
  readonly dynamodb: DynamoDBClient;
  readonly events: EventBridgeClient;
  readonly functions: LambdaClient;
  readonly queues: SQSClient;
  readonly workflows: SFNClient;
}

/** What all worlds share. */
export interface Cloud {
  readonly clients: Clients;
  /** The fake query functions' ARNs, by their substitutions. */
  readonly functions: Readonly<Record<string, string>>;
  readonly close: () => void;
}

const FUNCTIONS = {
  ItemSalesReportFunction: `exports.handler = async () => ({
    queryStatus: 200,
    queryResult: [{ itemid: 'z3333', totalordered: 6, lastorderdate: '2022-10-13' }],
    nextToken: 'next',
  });`,
  MonthlySalesByItemFunction: `exports.handler = async (payload) => ({ queryStatus: 200, queryResult: [payload] });`,
  QueryOrdersFunction: `exports.handler = async (payload) => ({
    queryStatus: 200,
    queryResult: [payload],
    ...('after' in payload.detail && { stale: true }),
  });`,
};

/** Connects to the local cloud and creates the fake query functions, which answer like `queryAnswers`. */
export async function connectCloud(endpoint: string): Promise<Cloud> {
  const options = clientOptions(endpoint);
  const clients: Clients = {
    dynamodb: new DynamoDBClient(options),
    events: new EventBridgeClient(options),
    functions: new LambdaClient(options),
    queues: new SQSClient(options),
    workflows: new SFNClient(options),
  };
  const arns = Object.entries(FUNCTIONS).map(async ([name, source]) => {
    const created = await clients.functions.send(
      new CreateFunctionCommand({
        FunctionName: `fake-${name}-${process.pid}`,
        Runtime: 'nodejs24.x',
        Role: ROLE,
        Handler: 'index.handler',
        Code: { ZipFile: zipped(source) },
      }),
    );
    return [name, present(created.FunctionArn)] as const;
  });
  const close = (): void => {
    for (const client of Object.values(clients) as { destroy: () => void }[]) client.destroy();
  };
  return { clients, functions: Object.fromEntries(await Promise.all(arns)), close };
}

/** `index.js` in a zip file. */
function zipped(source: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'order-pipeline-'));
  writeFileSync(join(folder, 'index.js'), source);
  execFileSync(tool('python'), ['-m', 'zipfile', '-c', 'code.zip', 'index.js'], { cwd: folder });
  return readFileSync(join(folder, 'code.zip'));
}

/** Creates a world whose resources carry `name`, which must be new; each state tries again at most once. */
export async function createCloudWorld(cloud: Cloud, name: string, missing: readonly Missing[] = []): Promise<World> {
  const { clients } = cloud;
  const [orders, commands, parked, replies] = await Promise.all([
    createKeyTable(clients.dynamodb, `${name}-orders`),
    createKeyTable(clients.dynamodb, `${name}-commands`),
    createQueue(clients, `${name}-parked`),
    createQueue(clients, `${name}-replies`),
  ]);
  await createBus(clients, name, replies);
  const names: Record<string, string> = {
    ...cloud.functions,
    EventBusName: name,
    OrdersTable: orders,
    CommandsTable: commands,
    CommandRetentionDays: '30',
    ParkedEventsUrl: parked,
  };
  for (const one of missing) names[one] = `${names[one] ?? ''}-missing`;
  const machine = await createMachine(clients, name, substitute(readDefinition(), names));
  const tables = { OrdersTable: orders, CommandsTable: commands };
  return {
    run: (input) => run(clients, machine, input),
    put: async (table, item) => {
      const Item = item as unknown as Record<string, AttributeValue>;
      await clients.dynamodb.send(new PutItemCommand({ TableName: tables[table], Item }));
    },
    read: async (table, pk) => {
      const found = await clients.dynamodb.send(
        new GetItemCommand({ TableName: tables[table], Key: { pk: { S: pk } } }),
      );
      return found.Item as unknown as JsonObject | undefined;
    },
    sent: async (expected) => (await receive(clients, replies, expected)).map(sentEvent),
    parked: (expected) => receive(clients, parked, expected),
  };
}

async function createQueue({ queues }: Clients, QueueName: string): Promise<string> {
  return present((await queues.send(new CreateQueueCommand({ QueueName }))).QueueUrl);
}

/** A bus whose events are copied to a queue. */
async function createBus({ events, queues }: Clients, name: string, queue: string): Promise<void> {
  const { Attributes } = await queues.send(
    new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['QueueArn'] }),
  );
  await events.send(new CreateEventBusCommand({ Name: name }));
  const EventPattern = JSON.stringify({ source: ['orderPipeline'] });
  await events.send(new PutRuleCommand({ Name: name, EventBusName: name, EventPattern }));
  const Targets = [{ Id: 'queue', Arn: present(Attributes?.QueueArn) }];
  await events.send(new PutTargetsCommand({ Rule: name, EventBusName: name, Targets }));
}

async function createMachine({ workflows }: Clients, name: string, definition: string): Promise<string> {
  const quick = definition.replace(/"MaxAttempts": [1-9]/g, '"MaxAttempts": 1');
  const created = await workflows.send(
    new CreateStateMachineCommand({ name, definition: quick, roleArn: ROLE, type: 'EXPRESS' }),
  );
  return present(created.stateMachineArn);
}

async function run({ workflows }: Clients, stateMachineArn: string, input: Json): Promise<Ended> {
  const ended = await workflows.send(new StartSyncExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }));
  return ended.status === 'SUCCEEDED'
    ? { status: 'SUCCEEDED', output: JSON.parse(present(ended.output)) as Json }
    : { status: 'FAILED', error: present(ended.error) };
}

/** Messages until `expected` have come and then a while nothing more. */
async function receive({ queues }: Clients, QueueUrl: string, expected: number): Promise<Json[]> {
  const bodies: Json[] = [];
  const end = Date.now() + 5_000;
  for (;;) {
    const enough = bodies.length >= expected;
    if (enough) await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const { Messages = [] } = await queues.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: enough ? 0 : 1 }),
    );
    for (const { Body, ReceiptHandle } of Messages) {
      bodies.push(JSON.parse(present(Body)) as Json);
      await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    if (Messages.length === 0 && (enough || Date.now() > end)) return bodies;
  }
}

const sentEvent = (body: Json): SentEvent => {
  const event = body as JsonObject;
  return {
    source: present(event['source']) as string,
    detailType: present(event['detail-type']) as string,
    detail: event['detail'] ?? null,
  };
};

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The local cloud left something out of its answer');
  return value;
}
