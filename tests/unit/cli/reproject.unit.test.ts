/** `reproject`, on a pipeline in memory. */
import { describe, expect, test } from '@jest/globals';
import { cli, MemoryPipeline } from '../../support/memory-pipeline';

/** Keys of a table in an order of its own. */
const keys = (count: number): string[] => Array.from({ length: count }, (_, n) => `order#${(n * 7919) % count}`);

function restored(): MemoryPipeline {
  const pipeline = new MemoryPipeline();
  pipeline.tableKeys = keys(1_001);
  pipeline.modelKeys = [...keys(500), 'customer#gone', 'item#gone', ...keys(250).map((key) => `${key}-gone`)];
  return pipeline;
}

test('named keys are projected, each once', async () => {
  const pipeline = new MemoryPipeline();
  const { code, stdout } = await cli(pipeline, ['reproject', 'order#1', 'customer#c-1', 'item#z', 'order#1']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'projected 3\n' });
  expect(pipeline.redriven).toEqual(['order#1', 'customer#c-1', 'item#z']);
});

test('many named keys are more than one invocation', async () => {
  const pipeline = new MemoryPipeline();
  const named = keys(450);
  expect(JSON.parse((await cli(pipeline, ['reproject', ...named, '--json'])).stdout)).toEqual({ projected: 450, quarantined: [] }); // prettier-ignore
  expect(pipeline.redriven).toEqual(named);
});

test('--all is every key of the table, then those that the read model alone has', async () => {
  const pipeline = restored();
  const { code, stdout } = await cli(pipeline, ['reproject', '--all']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'projected 1253\n' });
  expect(pipeline.redriven.slice(0, 1_001)).toEqual(pipeline.tableKeys);
  const gone = pipeline.modelKeys.filter((key) => key.endsWith('gone'));
  expect(pipeline.redriven.slice(1_001).toSorted()).toEqual(gone.toSorted());
});

test('what lies in quarantine after it is named, and the exit code is 1', async () => {
  const pipeline = restored();
  pipeline.bad.add('order#4');
  const { code, stdout } = await cli(pipeline, ['reproject', '--all']);
  expect(code).toBe(1);
  expect(stdout).toContain('not projected order#4: it is not as it should be in the orders table');
  expect(stdout).toContain('projected 1252\n');
  expect(JSON.parse((await cli(pipeline, ['reproject', '--all', '--json'])).stdout)).toMatchObject({ quarantined: ['order#4'] }); // prettier-ignore
});

describe('a run that fails', () => {
  test('says how to go on, and that does the rest', async () => {
    const pipeline = restored();
    const stuck = pipeline.tableKeys[700] ?? '';
    pipeline.stuck.add(stuck);
    const { code, stderr } = await cli(pipeline, ['reproject', '--all']);
    expect(code).toBe(1);
    expect(stderr).toContain('no answer\n600 projected until then. Go on with: reproject --all --after order#');
    const after = /--after (\S+)/.exec(stderr)?.[1] ?? '';
    expect(after).toBe(pipeline.tableKeys[599]);
    pipeline.stuck.clear();
    expect(await cli(pipeline, ['reproject', '--all', '--after', after])).toMatchObject({ code: 0 });
    expect(new Set(pipeline.redriven)).toEqual(new Set([...pipeline.tableKeys, ...pipeline.modelKeys]));
  });

  test('of named keys is simply done again', async () => {
    const pipeline = new MemoryPipeline();
    pipeline.down = 'the function failed';
    const { code, stderr } = await cli(pipeline, ['reproject', 'order#1']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `${pipeline.where}\nthe function failed\n0 projected until then. Do it again.\n`,
    });
  });
});

test.each([
  [[], 'Name keys, or --all of them.'],
  [['order#1', '--all'], 'Name keys, or --all of them.'],
  [['order#1', '--after', 'order#0'], '--after needs --all.'],
  [['6101'], '6101 is no key'],
  [['invoice#7'], 'invoice#7 is no key'],
])('%j is refused, and nothing is done', async (args, words) => {
  const pipeline = new MemoryPipeline();
  const { code, stderr } = await cli(pipeline, ['reproject', ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(words);
  expect(pipeline.redriven).toEqual([]);
});
