/** Sends events to a bus by the SDK, many at a time, and collects what is answered. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { setTimeout as delay } from 'node:timers/promises';
import { clientOptions } from '../../local/clients';
import type { Inbox } from '../../local/replies';

/** An event of the pipeline; the time is the sender's. */
export interface SentEvent {
  readonly kind: 'orderCommand' | 'orderQuery';
  readonly detail: unknown;
  readonly time?: Date;
}

/** EventBridge takes ten entries a call. */
const BATCH = 10;

/** Sends them in batches of ten, one after the other; resolves to their ids. */
export async function send(endpoint: string, bus: string, events: readonly SentEvent[]): Promise<string[]> {
  const client = new EventBridgeClient(clientOptions(endpoint));
  const ids: string[] = [];
  for (let start = 0; start < events.length; start += BATCH) {
    const Entries = events.slice(start, start + BATCH).map(({ kind, detail, time }) => ({
      EventBusName: bus,
      Source: 'orderPipeline',
      DetailType: kind,
      Detail: typeof detail === 'string' ? detail : JSON.stringify(detail),
      ...(time && { Time: time }),
    }));
    const result = await client.send(new PutEventsCommand({ Entries }));
    if (result.FailedEntryCount !== 0) throw new Error(`The bus refused: ${JSON.stringify(result)}`);
    ids.push(...(result.Entries ?? []).map(({ EventId = '' }) => EventId));
  }
  client.destroy();
  return ids;
}

/** Asks, and waits for the answer's detail. */
export async function ask(
  endpoint: string,
  bus: string,
  inbox: Inbox,
  query: object,
): Promise<Readonly<Record<string, unknown>>> {
  const [id = ''] = await send(endpoint, bus, [{ kind: 'orderQuery', detail: query }]);
  return (await inbox.replyTo(id)).detail;
}

/** Resolves once `condition` holds; says what was waited for when it does not in time. */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs / 1000} s for ${what}.`);
    await delay(100);
  }
}
