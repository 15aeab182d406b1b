/** Reads the pipeline's replies: a queue of our own, fed by a rule on the bus. Not in the template: it is only for looking on. */
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { setTimeout as delay } from 'node:timers/promises';
import { clientOptions } from './clients';
import { ACCOUNT, REGION } from './cloud';

/** A reply event, its detail as docs/events.md has it. */
export interface Reply {
  readonly kind: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Id of the event that this is the reply to. */
export const answeredEvent = ({ detail }: Reply): unknown => detail['commandMessageId'] ?? detail['queryMessageId'];

/** Collects replies from when it was opened. */
export interface Inbox {
  /** All so far, in the order of their coming. */
  readonly replies: readonly Reply[];
  /**
   * The first reply to the event `eventId`; that many deliveries of it may each have one.
   *
   * @throws Error when none comes in time.
   */
  replyTo(eventId: string, timeoutMs?: number): Promise<Reply>;
  close(): Promise<void>;
}

/** @param onReply called for each reply as it comes. */
export async function openInbox(
  endpoint: string,
  eventBusName: string,
  onReply: (reply: Reply) => void = () => undefined,
  name = 'replies',
): Promise<Inbox> {
  const sqs = new SQSClient(clientOptions(endpoint));
  const queueUrl = await feedQueue(endpoint, sqs, eventBusName, name);
  const replies: Reply[] = [];
  const closing = new AbortController();
  const reading = (async () => {
    while (!closing.signal.aborted) {
      for (const reply of await receiveReplies(sqs, queueUrl, closing.signal)) {
        replies.push(reply);
        onReply(reply);
      }
    }
  })();

  return {
    replies,
    async replyTo(eventId, timeoutMs = 30_000) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const reply = replies.find((candidate) => answeredEvent(candidate) === eventId);
        if (reply !== undefined) return reply;
        if (Date.now() > deadline)
          throw new Error(`No reply to the event ${eventId} came within ${timeoutMs / 1000} s.`);
        await delay(20);
      }
    },
    async close() {
      closing.abort();
      await reading;
      sqs.destroy();
    },
  };
}

async function feedQueue(endpoint: string, sqs: SQSClient, eventBusName: string, name: string): Promise<string> {
  const { QueueUrl: queueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const events = new EventBridgeClient(clientOptions(endpoint));
  const pattern = { source: ['orderPipeline'], 'detail-type': ['orderCommandResponse', 'orderQueryResponse'] };
  await events.send(
    new PutRuleCommand({ Name: name, EventBusName: eventBusName, EventPattern: JSON.stringify(pattern) }),
  );
  const arn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;
  await events.send(
    new PutTargetsCommand({ Rule: name, EventBusName: eventBusName, Targets: [{ Id: name, Arn: arn }] }),
  );
  events.destroy();
  return queueUrl;
}

/** Takes up to ten replies from the queue; none when there is none for `seconds`, or `signal` ends the wait. */
export async function receiveReplies(
  sqs: SQSClient,
  queueUrl: string,
  signal: AbortSignal,
  seconds = 5,
): Promise<Reply[]> {
  try {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: seconds,
    });
    const { Messages: messages = [] } = await sqs.send(command, { abortSignal: signal });
    if (messages.length > 0) await remove(sqs, queueUrl, messages);
    return messages.map(({ Body = '' }) => {
      const event = JSON.parse(Body) as { 'detail-type': string; detail: Record<string, unknown> };
      return { kind: event['detail-type'], detail: event.detail };
    });
  } catch (error) {
    if (!signal.aborted) await delay(200); // the cloud is ending, or busy: who started it sees to that
    if (error instanceof SyntaxError) throw error;
    return [];
  }
}

async function remove(sqs: SQSClient, queueUrl: string, messages: readonly Message[]): Promise<void> {
  const entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
}
