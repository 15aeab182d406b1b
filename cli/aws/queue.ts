/** A queue of failed events, by SQS. */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import type { ClientOptions } from '../connect';
import type { Queue } from '../pipeline';
import { borrow, VISIBILITY_SECONDS, type QueueCalls, type Received } from './borrow';

/** Messages of one call: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const MESSAGES = 10;

const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

export function connectQueue(options: ClientOptions, queueUrl: string): Queue {
  const sqs = new SQSClient(options);
  return {
    async depth() {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...COUNTS] }),
      );
      return COUNTS.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
    },
    borrow: (work) => borrow(callsOf(sqs, queueUrl), work),
  };
}

const callsOf = (sqs: SQSClient, QueueUrl: string): QueueCalls => ({
  async receive() {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: MESSAGES,
        VisibilityTimeout: VISIBILITY_SECONDS,
        WaitTimeSeconds: 1, // a long poll asks all of SQS's servers, a short one only some
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages.map(readMessage);
  },
  async hide(handles, seconds) {
    for (let start = 0; start < handles.length; start += MESSAGES) {
      const Entries = handles
        .slice(start, start + MESSAGES)
        .map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: seconds }));
      await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    }
  },
  async remove(ReceiptHandle) {
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  },
});

const readMessage = ({ MessageId = '', Body = '', ReceiptHandle = '', ...more }: Message): Received => ({
  id: MessageId,
  body: Body,
  handle: ReceiptHandle,
  attributes: Object.fromEntries(
    Object.entries(more.MessageAttributes ?? {}).map(([name, { StringValue = '' }]) => [name, StringValue]),
  ),
  sentAt: new Date(Number(more.Attributes?.SentTimestamp ?? 0)),
});
