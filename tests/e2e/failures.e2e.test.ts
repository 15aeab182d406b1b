/** What must be refused, parked, quarantined or rolled back, each in sight and with its reason. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { connectDatabase, withPassword } from '../../functions/shared/database';
import { clientOptions } from '../../local/clients';
import { deploy } from '../../local/deploy';
import { untilProjected } from '../../local/projection';
import { databaseParameters } from '../../local/database-parameters';
import { createReadModel } from '../../local/read-model';
import { openInbox, type Inbox } from '../../local/replies';
import { builtTemplate, endpoint, output, readModel } from '../support/e2e-environment';
import { ask, send, until } from '../support/send';

let inbox: Inbox;
beforeAll(async () => {
  inbox = await openInbox(endpoint(), output('EventBusName'), undefined, 'failures');
});
afterAll(() => inbox.close());

test('an unknown command is refused by an event', async () => {
  const detail = { command: 'eatOrder', orderId: 'failures-1' };
  const [id = ''] = await send(endpoint(), output('EventBusName'), [{ kind: 'orderCommand', detail }]);
  expect((await inbox.replyTo(id)).detail).toMatchObject({
    command: 'eatOrder',
    commandStatus: 'rejected',
    errors: [expect.objectContaining({ code: 'unknownCommand' })],
  });
});

test('an unknown query is refused by an event', async () => {
  expect(await ask(endpoint(), output('EventBusName'), inbox, { query: 'weather' })).toMatchObject({
    query: 'weather',
    queryStatus: 400,
    queryResult: [],
    errors: [expect.objectContaining({ code: 'unknownQuery' })],
  });
});

test('an event too large to be carried is parked whole, with the reason', async () => {
  const detail = { command: 'createOrder', orderId: 'failures-2', items: [], padding: 'x'.repeat(210_000) };
  const [id = ''] = await send(endpoint(), output('EventBusName'), [{ kind: 'orderCommand', detail }]);
  const sqs = new SQSClient(clientOptions(endpoint()));
  const command = new ReceiveMessageCommand({
    QueueUrl: output('ParkedEventsUrl'),
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 1,
  });
  const parked: { event: { id: string; detail: unknown }; error: { Error: string } }[] = [];
  await until('the parked event', async () => {
    const { Messages = [] } = await sqs.send(command);
    parked.push(...Messages.map(({ Body = '' }) => JSON.parse(Body) as (typeof parked)[number]));
    return parked.some(({ event }) => event.id === id);
  });
  sqs.destroy();
  const mine = parked.find(({ event }) => event.id === id);
  expect(mine?.event.detail).toEqual(detail);
  expect(mine?.error.Error).toBe('OrderPipeline.EventTooLarge');
});

test('a row that cannot be projected is quarantined with its error while others go on', async () => {
  const dynamodb = new DynamoDBClient(clientOptions(endpoint()));
  const TableName = output('OrdersTableName');
  await dynamodb.send(
    new PutItemCommand({ TableName, Item: { pk: { S: 'order#failures-3' }, total: { S: 'by hand' } } }),
  );
  dynamodb.destroy();
  const detail = { command: 'createOrder', orderId: 'failures-4', items: [{ itemid: 'failures-item', quantity: 1 }] };
  await send(endpoint(), output('EventBusName'), [{ kind: 'orderCommand', detail }]);
  await untilProjected(readModel(), [{ orderid: 'failures-4', version: 1 }]);

  const database = connectDatabase(withPassword(readModel()));
  const rows = await database.read((sql) =>
    sql.select<{ error: string; record: string }>('SELECT error, record FROM quarantined_changes WHERE pk = ?', [
      'order#failures-3',
    ]),
  );
  await database.close();
  expect(rows).toHaveLength(1);
  expect(rows[0]?.error).toContain('orderid');
  expect(rows[0]?.record).toContain('by hand');
});

/** A copy of the build beside the build, since its template points out of its folder. */
function copyBuild(change: (handler: string) => string): string {
  const copy = join(dirname(dirname(builtTemplate())), `copy-${process.pid}`);
  cpSync(dirname(builtTemplate()), copy, { recursive: true });
  const handler = join(copy, 'DbInit', 'handler.js');
  writeFileSync(handler, change(readFileSync(handler, 'utf8')));
  return copy;
}

test('a failing migration fails the deployment, with the error of the statement as the reason', async () => {
  const copy = copyBuild((handler) =>
    handler.replace('CREATE TABLE IF NOT EXISTS order_items', 'CREATE TABEL order_items'),
  );
  const other = await createReadModel(readModel(), 'failing_migration');
  try {
    const deployment = deploy({
      endpoint: endpoint(),
      template: join(copy, 'template.yaml'),
      stackName: 'failing-migration',
      parameters: { ...(await databaseParameters(endpoint(), other)), EventBusName: 'failing-migration' },
    });
    await expect(deployment).rejects.toThrow(/ReadModelSchema: .*TABEL order_items/s);
  } finally {
    rmSync(copy, { recursive: true });
  }
}, 120_000);
