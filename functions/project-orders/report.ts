/** What a batch leaves in logs and metrics, so that an event can be followed into the read model by its id. */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Logger } from '@aws-lambda-powertools/logger';
import * as v from 'valibot';
import type { Projected } from './project-batch';
import type { Summary } from './project-records';

/** Changes of one log line: a line has a limit of 256 KB, and a reader a smaller one. */
const CHANGES_A_LINE = 100;

const createdSchema = v.object({ dynamodb: v.object({ ApproximateCreationDateTime: v.number() }) });

/**
 * @param now in milliseconds; streams tell seconds: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 * @returns the age of the oldest record in milliseconds, undefined where no record tells its time.
 */
export function lagOf(records: readonly unknown[], now: number): number | undefined {
  const times = records.flatMap((record) => {
    const created = v.safeParse(createdSchema, record);
    return created.success ? [created.output.dynamodb.ApproximateCreationDateTime * 1000] : [];
  });
  return times.length === 0 ? undefined : Math.max(0, now - times.reduce((a, b) => Math.min(a, b)));
}

const label = ({ pk, version, eventId }: Projected): string =>
  eventId === undefined ? `${pk}@deleted` : `${pk}@${version} ${eventId}`;

/** Logs a line for the batch, one for each 100 changes projected, and a warning for each record in quarantine. */
export function logSummary(logger: Pick<Logger, 'info' | 'warn'>, records: readonly unknown[], summary: Summary): void {
  const { projected, quarantined, skipped, retries } = summary;
  const counts = { projected: projected.length, quarantined: quarantined.length, skipped, retries };
  logger.info('Batch projected', { records: records.length, ...counts });
  for (let start = 0; start < projected.length; start += CHANGES_A_LINE) {
    logger.info('Projected', { changes: projected.slice(start, start + CHANGES_A_LINE).map(label) });
  }
  for (const { pk, error, record } of quarantined) {
    const id = v.safeParse(v.object({ eventID: v.string() }), record);
    logger.warn('Record quarantined', { pk, reason: error, eventID: id.success ? id.output.eventID : undefined });
  }
}

/** Where metrics go. */
export interface MetricsSink {
  addMetric(name: string, unit: 'Count' | 'Milliseconds', value: number): unknown;
}

/** Adds the batch to the metrics; the caller publishes them. */
export function addMetrics(metrics: MetricsSink, summary: Summary, lag: number | undefined): void {
  metrics.addMetric('ProjectedChanges', MetricUnit.Count, summary.projected.length);
  metrics.addMetric('SkippedRecords', MetricUnit.Count, summary.skipped);
  metrics.addMetric('QuarantinedRecords', MetricUnit.Count, summary.quarantined.length);
  metrics.addMetric('Retries', MetricUnit.Count, summary.retries);
  if (lag !== undefined) metrics.addMetric('ProjectionLag', MetricUnit.Milliseconds, lag);
}
