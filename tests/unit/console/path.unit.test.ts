/** The way that an execution took, found again from what the local cloud's history tells of it. */
import { describe, expect, test } from '@jest/globals';
import { graphOf, takenWays } from '../../../console/definition/graph';
import { infer } from '../../../console/definition/infer';
import { pathOf } from '../../../console/definition/path';
import type { Attempt, Recorded } from '../../../console/definition/recorded';
import { cases } from '../../statemachine/cases';
import { command, createOrder } from '../../statemachine/case';
import { statesOf, type Json, type Machine } from '../../support/asl-definition';
import type { HistoryEvent, Outcome } from '../../support/asl-interpreter';
import { text } from '../../support/workflow-fakes';
import { createMemoryWorld, memoryMachine } from '../../support/workflow-memory';

const machine = memoryMachine();
const outer = Object.keys(machine.States);
const start = Date.parse('2026-01-02T03:04:05Z');
const at = (n: number): string => new Date(start + n).toISOString();

/** One execution, as the interpreter ran it and as the local cloud would record it. */
interface Ran {
  readonly recorded: Recorded;
  readonly passed: readonly string[];
}

/** Runs the steps of a case; the history keeps the outer states and the attempts of tasks alone. */
async function run(example: (typeof cases)[number]): Promise<Ran[]> {
  const history: HistoryEvent[] = [];
  let attempts: Attempt[] = [];
  const world = createMemoryWorld({
    ...example,
    history,
    onAttempt: (resource, ended) => {
      const times = { resource, scheduledAt: at(2 * attempts.length), endedAt: at(2 * attempts.length + 1) };
      const { name, message } = 'error' in ended ? ended.error : { name: '', message: '' };
      attempts.push(
        'output' in ended
          ? { ...times, output: JSON.stringify(ended.output) }
          : { ...times, error: name, cause: message },
      );
    },
  });
  for (const item of example.orders ?? []) await world.put('OrdersTable', item);
  for (const item of example.commands ?? []) await world.put('CommandsTable', item);
  const ran: Ran[] = [];
  for (const { send } of example.steps) {
    history.length = 0;
    attempts = [];
    const outcome = await world.run(send);
    const entered = history
      .filter(({ type }) => type.endsWith('StateEntered'))
      .map(({ details }) => text(details['name']));
    ran.push({ recorded: recordedOf(send, outcome, attempts, entered), passed: entered });
  }
  return ran;
}

function recordedOf(input: Json, outcome: Outcome, attempts: Attempt[], entered: readonly string[]): Recorded {
  const end =
    outcome.status === 'SUCCEEDED' ? { output: JSON.stringify(outcome.output) } : { error: outcome.error, cause: '' };
  return {
    arn: 'execution-1',
    status: outcome.status,
    startedAt: at(0),
    endedAt: at(99),
    input: JSON.stringify(input),
    ...end,
    attempts,
    passages: entered.filter((name) => outer.includes(name)).map((state, n) => ({ state, enteredAt: at(n * 50) })),
  };
}

describe('a path is computed again', () => {
  test.each(cases)('$name', async (example) => {
    for (const { recorded, passed } of await run(example)) {
      const { path, gap } = await pathOf(machine, recorded);
      expect(gap).toBeUndefined();
      expect(path.map(({ state }) => state)).toEqual(passed);
    }
  });
});

async function ranOnce(): Promise<Ran> {
  const [ran] = await run({ name: 'a create', steps: [{ send: command('e-1', createOrder()) }] });
  if (ran === undefined) throw new Error('nothing ran');
  return ran;
}

describe('a path', () => {
  test('tells what is recorded from what is computed, and makes up no times', async () => {
    const { path } = await pathOf(machine, (await ranOnce()).recorded);
    const find = (name: string) => path.find(({ state }) => state === name);
    expect(find('Create Subject')).toMatchObject({ basis: 'recorded', enteredAt: at(0), leftAt: at(1), output: '{}' });
    expect(find('Sum Items')).toMatchObject({ basis: 'replayed', assigned: expect.stringContaining('z3333') });
    expect(find('Sum Items')).not.toHaveProperty('enteredAt');
  });

  test('of an execution that runs ends at the task that is not done', async () => {
    const { recorded } = await ranOnce();
    const { arn, startedAt, input, passages } = recorded;
    const running = { arn, startedAt, input, passages, status: 'RUNNING' as const };
    const [first] = recorded.attempts;
    if (first === undefined) throw new Error('no attempt');
    const attempts = [{ resource: first.resource, scheduledAt: first.scheduledAt }];
    const { path } = await pathOf(machine, { ...running, attempts });
    expect(path.at(-1)).toMatchObject({ state: 'Create Subject', enteredAt: first.scheduledAt });
    expect(path.at(-1)).not.toHaveProperty('leftAt');
    expect((await pathOf(machine, { ...running, attempts: [] })).path.at(-1)?.state).toBe('Create Subject');
  });

  test.each([
    ['another output', { output: '{"commandStatus":"orderUpdated"}' }],
    ['another end', { status: 'FAILED' as const, error: 'States.Runtime' }],
  ])('that does not come to what was recorded (%s) is not believed', async (_, more) => {
    const { recorded } = await ranOnce();
    const { path, gap } = await pathOf(machine, { ...recorded, ...more });
    expect(gap).toContain('does not come to the recorded end');
    expect(path.map(({ basis }) => basis)).not.toContain('replayed');
  });
});

const small: Machine = {
  StartAt: 'A',
  States: {
    A: {
      Type: 'Parallel',
      Next: 'Z',
      Branches: [
        {
          StartAt: 'B',
          States: {
            B: { Type: 'Choice', Choices: [{ Condition: '', Next: 'C' }], Default: 'D' },
            C: { Type: 'Pass', Next: 'E' },
            D: { Type: 'Pass', Next: 'E' },
            E: { Type: 'Pass', Next: 'F' },
            F: { Type: 'Task', Resource: 'f', Next: 'G' },
            G: { Type: 'Pass', Next: 'H' },
            H: { Type: 'Task', Resource: 'h', End: true },
          },
        },
      ],
    },
    Z: { Type: 'Pass', End: true },
  },
};

describe('where it cannot be computed', () => {
  const recorded: Recorded = {
    arn: 'x',
    status: 'SUCCEEDED',
    startedAt: at(0),
    input: '{}',
    output: '{}',
    passages: [
      { state: 'A', enteredAt: at(0) },
      { state: 'Z', enteredAt: at(9) },
    ],
    attempts: [
      { resource: 'f', scheduledAt: at(1), endedAt: at(2), error: 'Busy', cause: '' },
      { resource: 'f', scheduledAt: at(3), endedAt: at(4), output: '1' },
      { resource: 'h', scheduledAt: at(5), endedAt: at(6), output: '2' },
    ],
  };

  test('what lies on every way is inferred, and what is open is said', () => {
    const { path, gap } = infer(small, recorded);
    expect(path.map(({ state, basis }) => `${state} ${basis}`)).toEqual([
      'A recorded', 'B inferred', 'E inferred', 'F recorded', 'G inferred', 'H recorded', 'Z recorded',
    ]); // prettier-ignore
    expect(gap).toContain('between A and F');
    expect(gap).not.toContain('between F and H');
  });

  test('a single way is whole', () => {
    const { attempts: [, , last], ...rest } = recorded; // prettier-ignore
    const machineOfOne = {
      ...small,
      States: { ...small.States, A: { ...small.States['A'], Branches: [branchFrom('G')] } },
    } as Machine;
    const { path, gap } = infer(machineOfOne, { ...rest, attempts: last === undefined ? [] : [last] });
    expect(path.map(({ state }) => state)).toEqual(['A', 'G', 'H', 'Z']);
    expect(gap).toBeUndefined();
  });
});

function branchFrom(StartAt: string): Machine {
  const [branch] = small.States['A']?.Branches ?? [];
  return { StartAt, States: branch?.States ?? {} };
}

describe('the graph', () => {
  const graph = graphOf(machine);

  test('has every state of the definition, and leads everywhere', () => {
    expect(graph.places.map(({ name }) => name).sort()).toEqual(
      statesOf(machine)
        .map(({ name }) => name)
        .sort(),
    );
    const reached = new Set([graph.start]);
    for (const name of reached) for (const { from, to } of graph.ways) if (from === name) reached.add(to);
    expect([...reached].sort()).toEqual(graph.places.map(({ name }) => name).sort());
  });

  test('leads out of a branch at its end, and to what catches its failures', () => {
    const ways = graph.ways.map(({ from, to, kind }) => `${from} → ${to} ${kind}`);
    expect(ways).toEqual(expect.arrayContaining(['Send Reply → Return Reply next', 'Give Up → Park Event catch', 'Handle Event → Park Event catch', 'Create Subject → Look Up Subject and Answer catch', 'Judge Fields → Describe Order default'])); // prettier-ignore
    expect(ways).not.toContain('Handle Event → Return Reply next');
  });

  test('an error that leaves a branch goes by the Parallel’s catch', () => {
    expect([...takenWays(graph, ['Handle Event', 'Sort Event', 'Create Subject', 'Park Event'])]).toContain(
      'Handle Event→Park Event',
    );
  });
});
