/** Sends a file of events with the AWS CLI, just as a person would. */
import { readFileSync } from 'node:fs';
import { cloudEnvironment } from './cloud';
import { tool } from './paths';
import { Problem } from './problem';
import { run } from './run';

/** What `aws events put-events` prints. */
interface PutEventsOutput {
  readonly FailedEntryCount: number;
  readonly Entries: readonly {
    readonly EventId?: string;
    readonly ErrorCode?: string;
    readonly ErrorMessage?: string;
  }[];
}

/**
 * Runs `aws events put-events --entries ENTRIES`.
 *
 * @param entries JSON, or `file://` and a path.
 * @returns the events' ids.
 * @throws Problem when the bus refuses an entry.
 */
export async function putEvents(endpoint: string, entries: string, signal?: AbortSignal): Promise<string[]> {
  const args = ['events', 'put-events', '--entries', entries];
  const printed = await run(tool('aws'), args, { env: cloudEnvironment(endpoint), signal });
  const result = JSON.parse(printed) as PutEventsOutput;
  if (result.FailedEntryCount > 0)
    throw new Problem(`The bus refused ${result.FailedEntryCount} of the events: ${printed}`);
  return result.Entries.map((entry) => entry.EventId ?? '');
}

/** Whether a file of entries asks something: then what was ordered before must have been projected. */
export function asksSomething(file: string): boolean {
  const entries = JSON.parse(readFileSync(file, 'utf8')) as readonly { readonly DetailType: string }[];
  return entries.some((entry) => entry.DetailType === 'orderQuery');
}
