/**
 * Random events through the whole pipeline, with outages of the database. A share of it here; `npm run soak` sends 10,000.
 * SOAK_EVENTS and SEED choose how many and which.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { isDeepStrictEqual } from 'node:util';
import { connect } from '../../cli/connect';
import { clientOptions } from '../../local/clients';
import { answeredEvent, openInbox, type Inbox } from '../../local/replies';
import { readNumber, readSeed } from '../support/random';
import { startLocalPipeline, type LocalPipeline } from '../support/local-pipeline';
import { cli } from '../support/memory-pipeline';
import { ask, send, until } from '../support/send';
import { faultsOf, fold, type Sent } from './fold';
import { Planner, type Planned } from './plan';
import { actualTables, countHolders, expectedTables, scanOrders } from './tables';

const BUS = 'order-pipeline';
const EVENTS = readNumber('SOAK_EVENTS', 300);
const SEED = readSeed();
const ROUNDS = Math.max(4, Math.ceil(EVENTS / 500));
const OUTAGES = EVENTS < 3_000 ? 1 : 3;
const CANCELLATIONS = Math.ceil(EVENTS / 20);
const TIMEOUT_MS = 90_000 + EVENTS * 300;

const say = (words: string): boolean => process.stderr.write(`soak: ${words}\n`);

let pipeline: LocalPipeline;
let inbox: Inbox;
let sqs: SQSClient;
const sent = new Map<string, Sent>();

beforeAll(async () => {
  pipeline = await startLocalPipeline('soak'); // of its own: its database is stopped
  inbox = await openInbox(pipeline.endpoint, BUS, ({ detail, ...reply }) => {
    sent.get(String(answeredEvent({ ...reply, detail })))?.replies.push(detail);
  });
  sqs = new SQSClient(clientOptions(pipeline.endpoint));
}, 120_000);

afterAll(async () => {
  sqs.destroy();
  await inbox.close();
  await pipeline.stop();
});

/** Notes which events were parked. */
async function lookForParked(): Promise<void> {
  const QueueUrl = pipeline.outputs['ParkedEventsUrl'];
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  for (const { Body = '', ReceiptHandle } of Messages) {
    const event = sent.get((JSON.parse(Body) as { event: { id: string } }).event.id);
    if (event !== undefined) event.parked = true;
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}

/** Sends events and waits until each is answered or parked. */
async function sendAll(events: readonly Planned[]): Promise<void> {
  const ids: string[] = [];
  for (let start = 0; start < events.length; start += 10) {
    const some = events.slice(start, start + 10);
    const before = inbox.replies.length;
    const got = await send(pipeline.endpoint, BUS, some);
    some.forEach((event, index) => {
      const id = got[index] ?? '';
      const early = inbox.replies
        .slice(before)
        .filter((reply) => answeredEvent(reply) === id)
        .map(({ detail }) => detail);
      sent.set(id, { ...event, id, replies: early, parked: false });
    });
    ids.push(...got);
  }
  const open = () => ids.filter((id) => sent.get(id)?.parked === false && sent.get(id)?.replies.length === 0).length;
  await until(
    'every event of the round to be answered or parked',
    async () => {
      await lookForParked();
      return open() === 0;
    },
    180_000,
  );
}

/** Whether the database is taken down before round `n`, to be back after it. */
const isOutage = (n: number): boolean => n > 0 && n % Math.floor(ROUNDS / (OUTAGES + 1)) === 0 && n / Math.floor(ROUNDS / (OUTAGES + 1)) <= OUTAGES; // prettier-ignore

/** The table's orders must be held by just those whom `customersByItem` names. */
async function expectHoldersAsCounted(): Promise<void> {
  const orders = await scanOrders(pipeline.endpoint, pipeline.outputs['OrdersTableName'] ?? '');
  for (const itemid of ['i-0', 'i-1', 'i-2', 'i-3', 'i-4']) {
    const reply = await ask(pipeline.endpoint, BUS, inbox, { query: 'customersByItem', itemid, limit: 500 });
    const rows = reply['queryResult'] as { customerid: string; orderCount: number; orderids: string[] }[];
    expect(rows.map(({ customerid, orderCount, orderids }) => ({ customerid, orderCount, orderids }))).toEqual(
      countHolders(orders, itemid).map(({ customerid, orderids }) => ({
        customerid,
        orderCount: orderids.length,
        orderids: orderids.slice(0, 100),
      })),
    );
  }
}

/** The read model must become what the accepted commands come to. */
async function expectExactReadModel(): Promise<void> {
  const expected = expectedTables(fold([...sent.values()]));
  const catchUp = until('the read model', async () =>
    isDeepStrictEqual(await actualTables(pipeline.readModel), expected),
  );
  await catchUp.catch(() => undefined); // the comparison below tells more than that it took too long
  expect(await actualTables(pipeline.readModel)).toEqual(expected);
  const tool = await connect({ stackName: 'order-pipeline' }, { AWS_ENDPOINT_URL: pipeline.endpoint });
  const { code, stdout } = await cli(tool, ['reconcile', '--json']);
  expect({ code, found: JSON.parse(stdout) as unknown }).toMatchObject({
    code: 0,
    found: { differences: [], sums: [], quarantined: [] },
  });
}

test(
  `${EVENTS} random events, SEED=${SEED}: nothing lost, nothing doubled, the read model is the fold of what was accepted`,
  async () => {
    say(`${EVENTS} events in ${ROUNDS} rounds, ${OUTAGES} outages of the database; SEED=${SEED} repeats them`);
    const planner = new Planner(SEED);
    const since = Date.now();
    for (let n = 0; n < ROUNDS; n += 1) {
      if (isOutage(n)) await pipeline.server.kill();
      await sendAll(planner.round(Math.ceil(EVENTS / ROUNDS)));
      if (isOutage(n)) await pipeline.server.start();
      say(`round ${n + 1} of ${ROUNDS}${isOutage(n) ? ' (database down)' : ''}, ${sent.size} sent, ${((Date.now() - since) / 1000).toFixed(0)} s`); // prettier-ignore
    }
    expect(faultsOf([...sent.values()])).toEqual([]);
    await expectExactReadModel();

    await expectHoldersAsCounted();
    await sendAll(planner.cancellations(CANCELLATIONS));
    expect(faultsOf([...sent.values()])).toEqual([]);
    await expectExactReadModel();
    await expectHoldersAsCounted();
    say(summary(since));
  },
  TIMEOUT_MS,
);

function summary(since: number): string {
  const all = [...sent.values()];
  const count = (holds: (one: Sent) => unknown): number => all.filter((one) => holds(one) === true).length;
  const { orders, customers, items } = fold(all);
  const forgotten = [...customers.values()].filter(({ name }) => name === undefined).length;
  const cancelled = [...orders.values()].filter(({ status }) => status === 'cancelled').length;
  return [
    `${all.length} sent in ${((Date.now() - since) / 1000).toFixed(0)} s`,
    `${count(({ broken }) => broken)} broken`,
    `${count(({ parked }) => parked)} parked`,
    `${count(({ replies }) => replies[0]?.['duplicate'])} answered as duplicates`,
    `${count(({ broken, replies }) => !broken && replies[0]?.['commandStatus'] === 'rejected')} refused by the state of their subject`,
    `${count(({ kind, broken }) => kind === 'orderQuery' && !broken)} queries`,
    `${orders.size} orders (${cancelled} cancelled), ${customers.size} customers (${forgotten} forgotten), ${items.size} items; all equal`,
  ].join(', ');
}
