/** An EXPRESS execution is ended after 5 minutes, and nothing catches that: no path may come near it. */
import { describe, expect, test } from '@jest/globals';
import { statesOf, type Machine, type State } from '../support/asl-definition';
import { memoryMachine } from '../support/workflow-memory';

/** How often one path may enter the same state: `$looks` in the definition lets it look three times. */
const VISITS = 3;

/** Seconds that a state takes if every attempt times out and every delay is the longest. */
function worstSeconds({ TimeoutSeconds = 0, Retry = [] }: State): number {
  const delays = Retry.map(({ IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2 }) =>
    Array.from({ length: MaxAttempts }, (_, attempt) => IntervalSeconds * BackoffRate ** attempt),
  ).flat();
  return TimeoutSeconds * (1 + delays.length) + delays.reduce((sum, delay) => sum + delay, 0);
}

const nextOf = ({ Next, Default, Choices = [], Catch = [] }: State): string[] =>
  [Next, Default, ...Choices.map((rule) => rule.Next), ...Catch.map((catcher) => catcher.Next)].filter(
    (name) => name !== undefined,
  );

/** Seconds of the longest path from a state to an end; a Parallel takes as long as its slowest branch. */
function longestFrom(machine: Machine, name: string, visits: Readonly<Record<string, number>> = {}): number {
  const state = machine.States[name];
  const count = visits[name] ?? 0;
  if (state === undefined || count === VISITS) return 0;
  const inner = (state.Branches ?? []).map((branch) => longestFrom(branch, branch.StartAt));
  const rest = nextOf(state).map((next) => longestFrom(machine, next, { ...visits, [name]: count + 1 }));
  return worstSeconds(state) + Math.max(0, ...inner) + Math.max(0, ...rest);
}

describe('retries and timeouts', () => {
  test('of the longest path end within 4 minutes', () => {
    const machine = memoryMachine();
    const seconds = longestFrom(machine, machine.StartAt);
    expect(seconds).toBeGreaterThan(60);
    expect(seconds).toBeLessThan(240);
  });

  test.each(statesOf(memoryMachine()).filter(({ value }) => value.Type === 'Task'))(
    'of $name: what no retry can mend comes first, and the rest has jitter',
    ({ value }) => {
      const [permanent, transient, ...more] = value.Retry ?? [];
      expect(permanent).toMatchObject({ MaxAttempts: 0 });
      expect(permanent?.ErrorEquals).toContain('States.QueryEvaluationError');
      expect(transient).toMatchObject({
        ErrorEquals: expect.arrayContaining(['States.Timeout', 'States.TaskFailed']),
        JitterStrategy: 'FULL',
      });
      expect(more).toEqual([]);
    },
  );
});
