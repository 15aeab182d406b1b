/**
 * Computes an execution's path again, from its recorded input and the recorded results of its tasks. The local cloud leaves all that is in
 * a Parallel's branch out of the history, but for the attempts of tasks; and between these, the definition decides everything.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Json, Machine } from '../../tests/support/asl-definition';
import { interpret, type HistoryEvent, type Outcome, type TaskHandler } from '../../tests/support/asl-interpreter';
import { StateError } from '../../tests/support/asl-jsonata';
import type { Visit } from '../api';
import type { Attempt, Recorded } from './recorded';

/** The history ends here: the execution still runs. */
class NotYet extends Error {}
/** The history tells of something else. */
class Differs extends Error {}

/** @returns undefined where the computation does not come to what was recorded: then nothing of it is to be believed. */
export async function replay(machine: Machine, recorded: Recorded): Promise<Visit[] | undefined> {
  const history: HistoryEvent[] = [];
  let used = 0;
  let now = Date.parse(recorded.startedAt);
  const handler =
    (resource: string): TaskHandler =>
    () => {
      const attempt = recorded.attempts[used];
      if (attempt === undefined) throw new NotYet();
      if (attempt.resource !== resource) throw new Differs();
      used += 1;
      now = Date.parse(attempt.endedAt ?? attempt.scheduledAt);
      return Promise.resolve(resultOf(attempt));
    };
  const tasks = Object.fromEntries(recorded.attempts.map(({ resource }) => [resource, handler(resource)]));
  const missing: TaskHandler = () => {
    throw recorded.status === 'RUNNING' ? new NotYet() : new Differs();
  };
  const environment = {
    tasks: new Proxy(tasks, { get: (all, resource: string) => all[resource] ?? missing }),
    executionId: recorded.arn,
    now: () => now,
    history,
  };
  try {
    const outcome = await interpret(machine, JSON.parse(recorded.input) as Json, environment);
    return used === recorded.attempts.length && agrees(outcome, recorded) ? visitsOf(history, recorded) : undefined;
  } catch (error) {
    if (error instanceof NotYet && recorded.status === 'RUNNING') return visitsOf(history, recorded);
    if (error instanceof NotYet || error instanceof Differs) return undefined;
    throw error;
  }
}

function resultOf({ output, endedAt, error = '', cause = '' }: Attempt): Json {
  if (output !== undefined) return JSON.parse(output) as Json;
  if (endedAt === undefined) throw new NotYet();
  throw new StateError(error, cause);
}

function agrees(outcome: Outcome, { status, output, error }: Recorded): boolean {
  if (outcome.status !== status) return false;
  if (outcome.status === 'FAILED') return outcome.error === error;
  return isDeepStrictEqual(outcome.output, JSON.parse(output ?? 'null'));
}

/** Mutable while it is put together. */
type Draft = { -readonly [Key in keyof Visit]: Visit[Key] };

/** What was entered and left, in its order, with the times that the history has. */
function visitsOf(history: readonly HistoryEvent[], { attempts, passages }: Recorded): Visit[] {
  const visits: Draft[] = [];
  const left = [...passages];
  let used = 0;
  for (const { type, details } of history) {
    const name = textOf(details['name']);
    if (type.endsWith('StateEntered')) {
      const passage = left.find(({ state }) => state === name);
      if (passage !== undefined) left.splice(left.indexOf(passage), 1);
      visits.push({
        state: name,
        basis: passage === undefined ? 'replayed' : 'recorded',
        input: textOf(details['input']),
        ...(passage !== undefined && { enteredAt: passage.enteredAt }),
        ...(passage?.leftAt !== undefined && { leftAt: passage.leftAt }),
      });
    } else if (type === 'TaskScheduled') {
      addAttempt(visits.at(-1), attempts[used]);
      used += 1;
    } else if (type.endsWith('StateExited')) {
      const visit = visits.findLast(({ state, output }) => state === name && output === undefined);
      if (visit === undefined) continue;
      visit.output = textOf(details['output']);
      const { assignedVariables } = details;
      if (assignedVariables !== undefined) visit.assigned = JSON.stringify(assignedVariables);
    }
  }
  return visits;
}

const textOf = (detail: Json | undefined): string => (typeof detail === 'string' ? detail : '');

function addAttempt(visit: Draft | undefined, attempt: Attempt | undefined): void {
  if (visit === undefined || attempt === undefined) return;
  visit.basis = 'recorded';
  visit.enteredAt ??= attempt.scheduledAt;
  if (attempt.endedAt !== undefined) visit.leftAt = attempt.endedAt;
  if (attempt.error !== undefined)
    visit.errors = [...(visit.errors ?? []), [attempt.error, attempt.cause].filter(Boolean).join(': ')];
}
