/** The event bus: events put on it, replies taken from it by a queue and a rule that exist only meanwhile. */
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { answeredEvent, receiveReplies, type Reply } from '../../local/replies';
import type { ClientOptions } from '../connect';
import { CliProblem, EXIT } from '../exit';
import type { Bus, Entry, PutResult, Replies } from '../pipeline';

/** Entries and bytes of one PutEvents: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const MAX_ENTRIES = 10;
const MAX_BYTES = 250_000;

/** A rule needs some seconds until it is in force; events of this type come back until it is. */
const PROBE = { source: 'orderPipelineCli', detailType: 'replyQueueProbe', detail: '{}' };
const PROBES = 30;

/** Ctrl-C while replies are awaited leaves no queue and no rule behind either. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const INTERRUPTED = 130;

export function connectBus(options: ClientOptions, busName: string): Bus {
  const events = new EventBridgeClient(options);

  const putSome = async (entries: readonly Entry[]): Promise<PutResult[]> => {
    const Entries = entries.map(({ source, detailType, detail, time }) => ({
      EventBusName: busName,
      Source: source,
      DetailType: detailType,
      Detail: detail,
      ...(time !== undefined && { Time: time }),
    }));
    const result = await events.send(new PutEventsCommand({ Entries }));
    return entries.map((_, index) => {
      const { EventId, ErrorCode, ErrorMessage } = result.Entries?.[index] ?? {};
      if (EventId !== undefined && ErrorCode === undefined) return { eventId: EventId };
      return { error: `${ErrorCode ?? 'no answer'}: ${ErrorMessage ?? 'the bus did not take it'}` };
    });
  };
  const put = async (entries: readonly Entry[]): Promise<PutResult[]> => {
    const results: PutResult[] = [];
    for (const batch of inBatches(entries)) results.push(...(await putSome(batch)));
    return results;
  };

  return {
    put,
    watchReplies: (interruption) =>
      watchReplies(events, new SQSClient(options), busName, () => put([PROBE]), interruption),
  };
}

/** As many entries together as one call takes. */
export function inBatches(entries: readonly Entry[]): Entry[][] {
  const batches: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.detail) + entry.source.length + entry.detailType.length + 14;
    const last = batches.at(-1);
    if (last === undefined || last.length === MAX_ENTRIES || bytes + size > MAX_BYTES) {
      batches.push([entry]);
      bytes = size;
    } else {
      last.push(entry);
      bytes += size;
    }
  }
  return batches;
}

async function watchReplies(
  events: EventBridgeClient,
  sqs: SQSClient,
  busName: string,
  probe: () => Promise<unknown>,
  interruption?: AbortSignal,
): Promise<Replies> {
  const name = `order-pipeline-cli-${randomUUID()}`;
  const undo: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const signal of SIGNALS) process.removeListener(signal, onSignal);
    for (const step of undo.splice(0).reverse()) await step();
    sqs.destroy();
  };
  const onSignal = (): void => {
    void close().finally(() => process.exit(INTERRUPTED));
  };
  if (interruption === undefined) for (const signal of SIGNALS) process.once(signal, onSignal);
  try {
    const queueUrl = await feedQueue(events, sqs, { name, busName }, undo);
    await untilFed(sqs, queueUrl, probe);
    return {
      to: (eventIds, timeoutMs, onReply) => collect(sqs, queueUrl, eventIds, timeoutMs, onReply),
      each: (onReply, signal) => collectAll(sqs, queueUrl, onReply, signal),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes a queue, and a rule that the bus feeds it by; `undo` learns how to remove each. */
async function feedQueue(
  events: EventBridgeClient,
  sqs: SQSClient,
  { name, busName }: { name: string; busName: string },
  undo: (() => Promise<unknown>)[],
): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { MessageRetentionPeriod: '3600' } }),
  );
  undo.push(() => sqs.send(new DeleteQueueCommand({ QueueUrl })));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  const queueArn = Attributes?.QueueArn ?? '';
  const pattern = {
    source: ['orderPipeline', PROBE.source],
    'detail-type': ['orderCommandResponse', 'orderQueryResponse', PROBE.detailType],
  };
  const { RuleArn = '' } = await events.send(
    new PutRuleCommand({ Name: name, EventBusName: busName, EventPattern: JSON.stringify(pattern) }),
  );
  undo.push(() => events.send(new DeleteRuleCommand({ Name: name, EventBusName: busName })));
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': RuleArn } },
      },
    ],
  };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: JSON.stringify(policy) } }));
  const Targets = [{ Id: 'replies', Arn: queueArn }];
  await events.send(new PutTargetsCommand({ Rule: name, EventBusName: busName, Targets }));
  undo.push(() => events.send(new RemoveTargetsCommand({ Rule: name, EventBusName: busName, Ids: ['replies'] })));
  return QueueUrl;
}

async function untilFed(sqs: SQSClient, queueUrl: string, probe: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < PROBES; n += 1) {
    await probe();
    if ((await receiveReplies(sqs, queueUrl, AbortSignal.timeout(5_000), 1)).length > 0) return;
  }
  throw new CliProblem(EXIT.failed, 'The queue for the replies got nothing from the bus. Nothing was sent.');
}

async function collectAll(
  sqs: SQSClient,
  queueUrl: string,
  onReply: (reply: Reply) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted)
    for (const reply of await receiveReplies(sqs, queueUrl, signal))
      if (reply.kind !== PROBE.detailType) onReply(reply);
}

async function collect(
  sqs: SQSClient,
  queueUrl: string,
  eventIds: readonly string[],
  timeoutMs: number,
  onReply: (reply: Reply) => void,
): Promise<Reply[]> {
  const wanted = new Set<unknown>(eventIds);
  const found: Reply[] = [];
  const signal = AbortSignal.timeout(timeoutMs);
  while (wanted.size > 0 && !signal.aborted) {
    for (const reply of await receiveReplies(sqs, queueUrl, signal, 5)) {
      if (!wanted.delete(answeredEvent(reply))) continue; // to somebody else, or delivered twice
      found.push(reply);
      onReply(reply);
    }
  }
  return found;
}
