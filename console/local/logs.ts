/** What the functions' log tells: when which change was projected, how late batches were, when a query was answered. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as v from 'valibot';
import type { ClientOptions } from '../../cli/connect';
import { parseJson } from '../../functions/shared/parse-json';
import type { LagPoint } from '../api';
import { Bounded } from './bounded';

/** Changes and answers that are remembered. */
const CAPACITY = 20_000;
/** Batches whose lag is remembered: an hour of a busy pipeline. */
const LAGS = 3_600;
const PAGE = 10_000;

const projectedSchema = v.object({
  message: v.literal('Projected'),
  timestamp: v.string(),
  changes: v.array(v.string()),
});
const answeredSchema = v.object({
  message: v.literal('Answered'),
  timestamp: v.string(),
  eventId: v.string(),
  milliseconds: v.number(),
});
const quarantinedSchema = v.object({
  message: v.literal('Record quarantined'),
  timestamp: v.string(),
  pk: v.string(),
  reason: v.string(),
});
const lagSchema = v.object({ _aws: v.object({ Timestamp: v.number() }), ProjectionLag: v.number() });
const lineSchema = v.union([projectedSchema, answeredSchema, quarantinedSchema, lagSchema]);

/** A line of the log, with its time in milliseconds. */
export interface LogLine {
  readonly timestamp: number;
  readonly message: string;
}

/** @returns lines from `since` on, the oldest first; as many as one call gives. */
export type ReadLog = (since: number) => Promise<readonly LogLine[]>;

export const connectLog =
  (options: ClientOptions, logGroupName: string): ReadLog =>
  async (startTime) => {
    const client = new CloudWatchLogsClient(options);
    try {
      const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName, startTime, limit: PAGE }));
      return events.map(({ timestamp = 0, message = '' }) => ({ timestamp, message }));
    } finally {
      client.destroy();
    }
  };

export interface LogTail {
  poll(): Promise<void>;
  /** When the change that an event made was seen in the read model; `subject` such as `order#6101`. */
  projectedAt(subject: string, eventId: string): string | undefined;
  quarantined(subject: string): { readonly at: string; readonly reason: string } | undefined;
  answered(eventId: string): { readonly at: string; readonly milliseconds: number } | undefined;
  lag(): readonly LagPoint[];
}

export function tailLog(read: ReadLog): LogTail {
  const projected = new Bounded<string>(CAPACITY);
  const answered = new Bounded<{ at: string; milliseconds: number }>(CAPACITY);
  const quarantined = new Bounded<{ at: string; reason: string }>(CAPACITY);
  const lags = new Bounded<LagPoint>(LAGS);
  let since = 0;

  const take = (line: v.InferOutput<typeof lineSchema>): void => {
    if ('_aws' in line) {
      const at = new Date(line._aws.Timestamp).toISOString();
      lags.set(at, { at, milliseconds: line.ProjectionLag });
    } else if (line.message === 'Projected') {
      for (const change of line.changes) projected.set(change.replace(/@\d+ /, ' '), line.timestamp);
    } else if (line.message === 'Answered') {
      answered.set(line.eventId, { at: line.timestamp, milliseconds: line.milliseconds });
    } else quarantined.set(line.pk, { at: line.timestamp, reason: line.reason });
  };

  return {
    async poll() {
      for (const { timestamp, message } of await read(since)) {
        since = Math.max(since, timestamp);
        const line = v.safeParse(lineSchema, parseJson(message));
        if (line.success) take(line.output);
      }
    },
    projectedAt: (subject, eventId) => projected.get(`${subject} ${eventId}`),
    quarantined: (subject) => quarantined.get(subject),
    answered: (eventId) => answered.get(eventId),
    lag: () => lags.all(),
  };
}
