/** Runs one case in a world and checks all that comes of it. */
import { expect } from '@jest/globals';
import { isObject } from '../support/asl-definition';
import { text } from '../support/workflow-fakes';
import type { World } from '../support/workflow-world';
import type { Case, Step } from './case';

/** Runs the steps of `example` in turn; every reply must be on the bus once, every parked event in the queue once. */
export async function checkCase(world: World, example: Case): Promise<void> {
  for (const item of example.orders ?? []) await world.put('OrdersTable', item);
  for (const item of example.commands ?? []) await world.put('CommandsTable', item);
  for (const step of example.steps) await checkEnd(world, step);
  await Promise.all([checkSent(world, example.steps), checkParked(world, example.steps)]);
  const { order, items = {} } = example;
  for (const [pk, expected] of Object.entries({ ...items, ...(order !== undefined && { 'order#6101': order }) })) {
    const stored = await world.read('OrdersTable', pk);
    if (expected === null) expect(stored).toBeUndefined();
    else expect(stored).toMatchObject(expected);
  }
}

async function checkEnd(world: World, { send, reply, parks }: Step): Promise<void> {
  const ended = await world.run(send);
  if (parks === undefined) expect(ended).toMatchObject({ status: 'SUCCEEDED', output: reply });
  else expect(ended).toMatchObject({ status: 'FAILED', error: expect.stringMatching(parks) });
  if (ended.status === 'SUCCEEDED') expect(ended.output).toEqual(reply);
}

async function checkSent(world: World, steps: readonly Step[]): Promise<void> {
  const expected = steps
    .filter(({ reply }) => reply !== undefined)
    .map(({ send, reply }) => ({
      source: 'orderPipeline',
      detailType: isObject(send) ? `${text(send['detail-type'])}Response` : '',
      detail: reply,
    }));
  const sent = await world.sent(expected.length);
  expect(sent).toHaveLength(expected.length);
  expect(sent).toEqual(expect.arrayContaining(expected));
}

async function checkParked(world: World, steps: readonly Step[]): Promise<void> {
  const expected = steps
    .filter(({ parks }) => parks !== undefined)
    .map(({ send, parks }) => ({
      event: send,
      error: { Error: expect.stringMatching(parks ?? ''), Cause: expect.any(String) },
      execution: expect.any(String),
    }));
  const parked = await world.parked(expected.length);
  expect(parked).toHaveLength(expected.length);
  expect(parked).toEqual(expect.arrayContaining(expected));
}
