/** An EXPRESS execution is ended after 5 minutes, and nothing catches that: no path may come near it. */
import { describe, expect, test } from '@jest/globals';
import { statesOf, type Machine, type State } from '../support/asl-definition';
import { StateError } from '../support/asl-jsonata';
import { createMemoryWorld, memoryMachine } from '../support/workflow-memory';
import { command, query } from './case';

/** Seconds that a state takes if every attempt times out and every delay is the longest. */
function worstSeconds({ TimeoutSeconds = 0, Seconds = 0, Retry = [] }: State): number {
  const delays = Retry.map(({ IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2 }) =>
    Array.from({ length: MaxAttempts }, (_, attempt) => IntervalSeconds * BackoffRate ** attempt),
  ).flat();
  return Number(Seconds) + TimeoutSeconds * (1 + delays.length) + delays.reduce((sum, delay) => sum + delay, 0);
}

const nextOf = ({ Next, Default, Choices = [], Catch = [] }: State): string[] =>
  [Next, Default, ...Choices.map((rule) => rule.Next), ...Catch.map((catcher) => catcher.Next)].filter(
    (name) => name !== undefined,
  );

/** The states that some path leads to from a state. */
function reachedFrom(machine: Machine, name: string): Set<string> {
  const reached = new Set<string>();
  const reach = (from: string): void => {
    for (const next of nextOf(machine.States[from] ?? { Type: '' })) {
      if (reached.has(next)) continue;
      reached.add(next);
      reach(next);
    }
  };
  reach(name);
  return reached;
}

/**
 * Seconds after which the loop that a state is in is entered no more; 0 where it is in none. The loop's own conditions
 * say so: they compare the milliseconds since `$startedAt`.
 */
function loopEnds(machine: Machine, name: string): number {
  const loop = [...reachedFrom(machine, name)].filter((other) => reachedFrom(machine, other).has(name));
  if (loop.length === 0) return 0;
  const conditions = loop.flatMap((one) => machine.States[one]?.Choices ?? []).map(({ Condition }) => Condition);
  const limits = conditions.flatMap(
    (condition) => /\$millis\(\) - \$startedAt (?:<=|>) (\d+)/.exec(condition)?.[1] ?? [],
  );
  if (limits.length !== 1) throw new Error(`The loop of ${name} must have one end, and has ${limits.length}`);
  return Number(limits[0]) / 1000;
}

/** The branch that all work is done in. */
const work = memoryMachine().States['Handle Event']?.Branches?.[0] ?? { StartAt: '', States: {} };
const COMMANDS_END = loopEnds(work, 'Commit Answer');
const QUERIES_END = loopEnds(work, 'Run Query');

/**
 * Seconds of the longest path from a state to an end that enters no state twice; a Parallel takes as long as its
 * slowest branch. A path through a loop first went round in it until that ends, at its latest moment.
 */
function longestFrom(machine: Machine, name: string, visited: readonly string[] = [], looped = false): number {
  const state = machine.States[name];
  if (state === undefined || visited.includes(name)) return 0;
  const loop = looped ? 0 : loopEnds(machine, name);
  const inner = (state.Branches ?? []).map((branch) => longestFrom(branch, branch.StartAt));
  const rest = nextOf(state).map((next) => longestFrom(machine, next, [...visited, name], looped || loop > 0));
  return loop + worstSeconds(state) + Math.max(0, ...inner) + Math.max(0, ...rest);
}

/** Every call takes its 4 seconds and more: the workflow's clock is moved by what fails before it succeeds. */
const slow =
  (service: string, refuse: (before: number) => StateError | undefined) =>
  (call: { service: string; before: number }) => {
    const error = call.service === service ? refuse(call.before) : undefined;
    if (error !== undefined) throw error;
    return undefined;
  };

describe('retries and timeouts', () => {
  test('of the longest path end within 4 minutes', () => {
    const machine = memoryMachine();
    const seconds = longestFrom(machine, machine.StartAt);
    expect(seconds).toBeGreaterThan(COMMANDS_END + 60);
    expect(seconds).toBeGreaterThan(QUERIES_END + 3 * 42);
    expect(seconds).toBeLessThan(240);
  });

  test('a command whose every write is slow and cancelled is given up after a minute', async () => {
    const world = createMemoryWorld({
      interrupt: slow('transactWriteItems', (before) =>
        before % 4 === 3
          ? new StateError('DynamoDb.TransactionCanceledException', '[ThrottlingError, None]')
          : new StateError('States.Timeout', 'injected'),
      ),
    });
    await world.put('OrdersTable', { pk: { S: 'order#6101' }, status: { S: 'active' }, version: { N: '1' } });
    const ended = await world.run(command('e-1', { command: 'cancelOrder', orderId: '6101' }));
    expect(ended).toMatchObject({ status: 'FAILED', error: 'OrderPipeline.Contended' });
    expect(ended.delaySeconds).toBeGreaterThan(COMMANDS_END);
    expect(ended.delaySeconds).toBeLessThan(COMMANDS_END + 10);
  });

  test('a query whose every answer is slow and stale is asked no more after its time', async () => {
    const world = createMemoryWorld({
      interrupt: slow('invoke', (before) =>
        before % 3 === 2 ? undefined : new StateError('States.Timeout', 'injected'),
      ),
    });
    const detail = { query: 'orderById', orderId: '6101', after: { orderId: '6101', version: 9 } };
    const ended = await world.run(query('q-1', detail));
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { queryStatus: 200, stale: true } });
    expect(ended.delaySeconds).toBeGreaterThan(QUERIES_END);
    expect(ended.delaySeconds).toBeLessThan(QUERIES_END + 16);
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
