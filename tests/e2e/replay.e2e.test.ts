/** What docs/operations/replay.md says of replaying the archive: everything is answered again, and nothing is done again. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateArchiveCommand,
  DeleteArchiveCommand,
  DescribeReplayCommand,
  EventBridgeClient,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { clientOptions } from '../../local/clients';
import { answeredEvent, openInbox, type Inbox } from '../../local/replies';
import { endpoint, output } from '../support/e2e-environment';
import { send, until } from '../support/send';

const NAME = 'replay-test'; // the emulator's CloudFormation knows no archives, so it is made here, as the template describes it
const items = (quantity: number) => [{ itemid: 'replay-item', quantity }];
/** A day that no other test has: a replay takes what happened within a span. */
const TIME = new Date('2001-02-03T04:05:06Z');

const events = new EventBridgeClient(clientOptions(endpoint()));
const dynamodb = new DynamoDBClient(clientOptions(endpoint()));
let inbox: Inbox;
let archiveArn = '';
beforeAll(async () => {
  inbox = await openInbox(endpoint(), output('EventBusName'), undefined, NAME);
  const { ArchiveArn = '' } = await events.send(
    new CreateArchiveCommand({
      ArchiveName: NAME,
      EventSourceArn: output('EventBridgeARN'),
      EventPattern: JSON.stringify({ source: ['orderPipeline'], 'detail-type': ['orderCommand', 'orderQuery'] }),
    }),
  );
  archiveArn = ArchiveArn;
});
afterAll(async () => {
  await events.send(new DeleteArchiveCommand({ ArchiveName: NAME }));
  await inbox.close();
  events.destroy();
  dynamodb.destroy();
});

const repliesTo = (id: string) => inbox.replies.filter((reply) => answeredEvent(reply) === id);

async function sendAndWait(detail: object): Promise<string> {
  const kind = 'command' in detail ? 'orderCommand' : 'orderQuery';
  const [id = ''] = await send(endpoint(), output('EventBusName'), [{ kind, detail, time: TIME }]);
  await inbox.replyTo(id);
  return id;
}

async function replay(): Promise<void> {
  await events.send(
    new StartReplayCommand({
      ReplayName: NAME,
      EventSourceArn: archiveArn,
      EventStartTime: TIME,
      EventEndTime: new Date(TIME.getTime() + 1000),
      Destination: { Arn: output('EventBridgeARN') },
    }),
  );
  await until('the replay', async () => {
    const { State } = await events.send(new DescribeReplayCommand({ ReplayName: NAME }));
    return State === 'COMPLETED';
  });
}

async function readOrder(): Promise<unknown> {
  const Key = { pk: { S: 'order#replay-1' } };
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: output('OrdersTableName'), Key, ConsistentRead: true }),
  );
  return Item;
}

test('commands without keys of their own are answered as duplicates, queries again, and the order stays as it is', async () => {
  const commands = [
    await sendAndWait({ command: 'createOrder', orderId: 'replay-1', items: items(2) }),
    await sendAndWait({ command: 'updateOrder', orderId: 'replay-1', items: items(5) }),
    await sendAndWait({ command: 'updateOrder', orderId: 'replay-1', items: items(3) }),
    await sendAndWait({ command: 'updateOrder', orderId: 'replay-1', items: items(9), expectedVersion: 1 }), // refused
  ];
  const query = await sendAndWait({ query: 'customerCount' });
  const before = await readOrder();
  expect(before).toMatchObject({ version: { N: '3' } });

  await replay();
  await until('the replies of the replay', () => [...commands, query].every((id) => repliesTo(id).length === 2));
  for (const id of commands) {
    const [first, again] = repliesTo(id).map(({ detail }) => detail);
    expect(again).toEqual({ ...first, duplicate: true });
  }
  expect(repliesTo(query)[1]?.detail).toMatchObject({ query: 'customerCount', queryStatus: 200 });
  expect(await readOrder()).toEqual(before);
});
