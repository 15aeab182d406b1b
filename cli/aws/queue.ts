/** A queue of failed events, read without losing any: a message is taken out only when it is removed. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import type { ClientOptions } from '../connect';
import type { Queue, QueueMessage } from '../pipeline';

/** While we look at messages nobody else sees them; if we die, they are back after this. */
const VISIBILITY_SECONDS = 300;

const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

export function connectQueue(options: ClientOptions, queueUrl: string): Queue {
  const sqs = new SQSClient(options);

  const receive = async (max: number): Promise<Message[]> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(max, 10),
        VisibilityTimeout: VISIBILITY_SECONDS,
        WaitTimeSeconds: 1, // a long poll asks all of SQS's servers, a short one only some
        MessageSystemAttributeNames: ['SentTimestamp'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages;
  };

  const giveBack = async (handles: Iterable<string>): Promise<void> => {
    for (const ReceiptHandle of handles) {
      const command = new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 0 });
      await sqs.send(command).catch(() => undefined); // it comes back by itself, later
    }
  };

  return {
    async depth() {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...COUNTS] }),
      );
      return COUNTS.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
    },
    async borrow(max, work) {
      const borrowed = new Set<string>();
      const messages: QueueMessage[] = [];
      const remove = async (handle: string): Promise<void> => {
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: handle }));
        borrowed.delete(handle);
      };
      try {
        while (messages.length < max) {
          const some = await receive(max - messages.length);
          if (some.length === 0) break;
          for (const message of some) {
            const handle = message.ReceiptHandle ?? '';
            borrowed.add(handle);
            messages.push({ ...readMessage(message), remove: () => remove(handle) });
          }
        }
        return await work(messages);
      } finally {
        await giveBack(borrowed);
      }
    },
  };
}

function readMessage({ MessageId = '', Body = '', Attributes, MessageAttributes = {} }: Message) {
  return {
    id: MessageId,
    body: Body,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [name, StringValue]),
    ),
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)),
  };
}
