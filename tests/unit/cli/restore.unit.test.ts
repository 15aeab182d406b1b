/** `restore`, on a pipeline in memory; tests/e2e/restore.cloud.test.ts has real tables. */
import { expect, test } from '@jest/globals';
import { cli, MemoryPipeline } from '../../support/memory-pipeline';

const from = ['--orders-from', 'old-orders', '--commands-from', 'old-commands'];

test('makes both tables equal and says what was written', async () => {
  const pipeline = new MemoryPipeline();
  const { code, stdout } = await cli(pipeline, ['restore', ...from, '--yes']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'commands: 2 put, 1 deleted\norders: 2 put, 1 deleted\n' });
  expect(pipeline.restored).toEqual([
    ['commands', 'old-commands'],
    ['orders', 'old-orders'],
  ]);
});

test.each([[from], [[...from.slice(0, 2), '--yes']], [[...from.slice(2), '--yes']]])(
  'without both tables and --yes, nothing is done: %j',
  async (args) => {
    const pipeline = new MemoryPipeline();
    expect((await cli(pipeline, ['restore', ...args])).code).toBe(2);
    expect(pipeline.restored).toEqual([]);
  },
);
