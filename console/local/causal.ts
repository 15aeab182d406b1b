/** From the event to the rows: what is known of each step, and when. Nothing is made up: what no source tells is said to be unknown. */
import type { CausalStep, ExecutionRow, Visit } from '../api';
import type { LogTail } from './logs';
import type { StreamTail } from './stream';

export interface Sources {
  readonly logs: Pick<LogTail, 'projectedAt' | 'quarantined' | 'answered'>;
  readonly stream: Pick<StreamTail, 'recordOf'>;
}

const WRITES = ['Create Subject', 'Commit Answer'];
/** The workflow's own words for what changed something. */
const CHANGED =
  /^(orderCreated|orderUpdated|orderCancelled|customerRegistered|customerForgotten|itemRegistered)\b(?!.*duplicate)/;

const step = (what: string, state: CausalStep['state'], note: string, at?: string): CausalStep => ({
  what,
  state,
  note,
  ...(at !== undefined && { at }),
});

/** @param eventTime of the event itself, as its sender or the bus set it. */
export function causalLine(
  row: ExecutionRow,
  path: readonly Visit[],
  eventTime: string,
  sources: Sources,
): CausalStep[] {
  const isQuery = path.some(({ state }) => state === 'Route Query');
  const steps = [
    step('Event', 'known', `its own time is ${eventTime || 'not told'}; when the bus took it is not recorded`),
    step('Workflow', 'known', `${path.length} states`, row.startedAt),
    ...(isQuery ? querySteps(row, sources) : changeSteps(row, path, sources)),
  ];
  const reply = replyStep(row, path);
  const later = steps.findIndex(({ at }) => at !== undefined && reply.at !== undefined && at > reply.at);
  return steps.toSpliced(later === -1 ? steps.length : later, 0, reply); // the rows may come before the reply or after it
}

function querySteps({ eventId, outcome }: ExecutionRow, { logs }: Sources): CausalStep[] {
  const answered = logs.answered(eventId);
  if (answered !== undefined)
    return [step('Read model', 'known', `the function answered in ${answered.milliseconds} ms`, answered.at)];
  return [step('Read model', outcome === 'running' ? 'waiting' : 'none', 'no function’s log tells of an answer')];
}

function changeSteps(row: ExecutionRow, path: readonly Visit[], sources: Sources): CausalStep[] {
  if (row.outcome === 'running') return [step('Item', 'waiting', 'not decided yet')];
  if (!CHANGED.test(row.answer)) return [step('Item', 'none', 'nothing was changed, so nothing is projected')];
  const write = path.findLast(({ state }) => WRITES.includes(state));
  const record = sources.stream.recordOf(row.subject, row.eventId);
  return [
    step('Item', 'known', `${row.subject}, ${/version \d+/.exec(row.answer)?.[0] ?? ''}`, write?.leftAt),
    record === undefined
      ? step('Stream record', 'unknown', 'not among the stream’s records that are remembered')
      : {
          ...step('Stream record', 'known', `the stream tells whole seconds; sequence number ${record.sequenceNumber}`),
          second: record.createdAt,
        },
    rowsStep(row, sources),
  ];
}

function rowsStep({ subject, eventId, startedAt }: ExecutionRow, { logs }: Sources): CausalStep {
  const at = logs.projectedAt(subject, eventId);
  if (at !== undefined) return step('Rows', 'known', 'committed in MySQL by then, says the projector’s log', at);
  const quarantined = logs.quarantined(subject);
  if (quarantined !== undefined && quarantined.at >= startedAt)
    return step('Rows', 'none', `in quarantine: ${quarantined.reason}`, quarantined.at);
  return step(
    'Rows',
    'waiting',
    'the projector’s log does not tell of it, or not yet; a newer version may have come first',
  );
}

function replyStep({ outcome, answer }: ExecutionRow, path: readonly Visit[]): CausalStep {
  const reply = path.findLast(({ state }) => state === 'Send Reply');
  if (reply?.leftAt !== undefined && reply.errors === undefined) return step('Reply', 'known', answer, reply.leftAt);
  if (outcome === 'running') return step('Reply', 'waiting', 'not sent yet');
  const parked = path.findLast(({ state }) => state === 'Park Event');
  if (parked !== undefined) return step('Parked', 'none', 'no reply: the event is kept, with the error', parked.leftAt);
  return step('Reply', 'unknown', 'the history does not tell of one');
}
