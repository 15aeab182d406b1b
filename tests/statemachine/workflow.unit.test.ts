/** Every path through the workflow, by the reference implementation of JSONata, and that no part of it was left out. */
import { describe, expect, test } from '@jest/globals';
import { expressionsOf, statesOf, type Machine } from '../support/asl-definition';
import { createMemoryWorld, memoryMachine } from '../support/workflow-memory';
import { cases } from './cases';
import { checkCase } from './check-case';
import { command, created, createOrder } from './case';

const covered = new Set<string>();

describe('the workflow', () => {
  test.each(cases)('$name', async (example) => {
    await checkCase(createMemoryWorld({ ...example, covered }), example);
  });

  test('fails without parking only where the queue itself cannot be reached', async () => {
    const world = createMemoryWorld({ missing: ['ParkedEventsUrl'], covered });
    expect(await world.run({})).toMatchObject({ status: 'FAILED', error: 'SQS.QueueDoesNotExist', delaySeconds: 15 });
  });

  test('records a refusal with its key, content, answer and expiry', async () => {
    const world = createMemoryWorld({ covered });
    await world.run(command('e-1', createOrder({ commandId: 'k-1' })));
    const before = Date.now();
    await world.run(command('e-2', createOrder({ commandId: 'k-2' })));
    const record = await world.read('CommandsTable', 'order#6101#k-2');
    expect(record).toMatchObject({
      subject: { S: 'order#6101' },
      commandId: { S: 'k-2' },
      command: { S: 'createOrder' },
      contentHash: (await world.read('OrdersTable', 'order#6101'))?.['contentHash'],
      eventId: { S: 'e-2' },
      answer: { S: expect.stringMatching(/^\{"commandStatus":"rejected","errors":\[\{"code":"orderAlreadyExists"/) },
    });
    const { answeredAt, expiresAt } = record as unknown as Record<string, { S: string; N: string }>;
    const answered = Date.parse(answeredAt?.S ?? '');
    expect(answered).toBeGreaterThanOrEqual(before);
    expect(answered).toBeLessThanOrEqual(Date.now());
    expect(Math.abs(Number(expiresAt?.N) - answered / 1000 - 30 * 86_400)).toBeLessThanOrEqual(1);
  });

  test('an order outlives a second command without a trace of it', async () => {
    const world = createMemoryWorld({ covered });
    expect(await world.run(command('e-1', createOrder()))).toMatchObject({ output: created('e-1', 'e-1') });
    const first = await world.read('OrdersTable', 'order#6101');
    await world.run(command('e-2', createOrder({ items: [{ itemid: 'other', quantity: 1 }] })));
    expect(await world.read('OrdersTable', 'order#6101')).toEqual(first);
  });

  test('has no state, choice, catcher or expression that no case above reached', () => {
    expect(partsOf(memoryMachine()).filter((part) => !covered.has(part))).toEqual([]);
  });
});

/** Pointers that some case must have reached: states, choice rules, defaults, catchers, expressions. */
function partsOf(machine: Machine): string[] {
  const states = statesOf(machine).flatMap(({ pointer, value }) => [
    pointer,
    ...(value.Choices ?? []).map((_, index) => `${pointer}/Choices/${index}`),
    ...(value.Default === undefined ? [] : [`${pointer}/Default`]),
    ...(value.Catch ?? []).map((_, index) => `${pointer}/Catch/${index}`),
  ]);
  return [...states, ...expressionsOf(machine).map(({ pointer }) => pointer)];
}
