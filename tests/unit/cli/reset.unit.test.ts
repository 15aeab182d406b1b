/** `reset`, on a pipeline in memory; tests/integration/reset.int.test.ts has the real projection. */
import { describe, expect, test } from '@jest/globals';
import { cli, MemoryPipeline } from '../../support/memory-pipeline';

const keys = (count: number, of = 'order'): string[] => Array.from({ length: count }, (_, n) => `${of}#${n}`);
const kept = (id: number) => ({ id, pk: `order#${id}`, error: 'bad', quarantinedAt: '', record: '{}' });

/** Something of everything; nothing failed. */
function full(): MemoryPipeline {
  const pipeline = new MemoryPipeline();
  pipeline.tableKeys = [...keys(700), ...keys(2, 'customer'), 'order#a b'];
  pipeline.modelKeys = [...keys(700), 'order#extra'];
  pipeline.commandKeys = keys(310);
  pipeline.quarantined = Array.from({ length: 510 }, (_, n) => kept(n + 1));
  return pipeline;
}

const isUntouched = ({ tableKeys, commandKeys, quarantined, redriven }: MemoryPipeline): boolean =>
  tableKeys.length === 703 && commandKeys.length === 310 && quarantined.length === 510 && redriven.length === 0;

test('empties both tables and the quarantine, and has the projector look at every key, also those of the read model alone', async () => {
  const pipeline = full();
  const all = new Set([...pipeline.tableKeys, ...pipeline.modelKeys]);
  const { code, stdout } = await cli(pipeline, ['reset', '--yes']);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: '703 items of the orders table and 310 recorded answers deleted, 510 records gone from the quarantine\n',
  });
  expect([pipeline.tableKeys, pipeline.commandKeys, pipeline.quarantined]).toEqual([[], [], []]);
  expect(new Set(pipeline.redriven)).toEqual(all);
});

describe('what leaves the quarantine as its items are gone', () => {
  /** The projector lets go of the records of orders that are not in the table any more. */
  function letting(go: readonly string[]): MemoryPipeline {
    const pipeline = full();
    for (const key of go) pipeline.good.add(key);
    return pipeline;
  }

  test('is counted with what is left in it', async () => {
    const { code, stdout } = await cli(letting(keys(101)), ['reset', '--yes', '--json']); // 1 to 100 of its records
    expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 0, removed: { quarantine: 510 } });
  });

  test('is counted where it ends early', async () => {
    const pipeline = letting(keys(101));
    pipeline.stuck.add('order#450');
    const { stderr } = await cli(pipeline, ['reset', '--yes']);
    expect(stderr).toContain('300 items of the orders table and 310 recorded answers deleted, 100 records gone from the quarantine until then'); // prettier-ignore
  });
});

test('of nothing is done too', async () => {
  const { code, stdout } = await cli(new MemoryPipeline(), ['reset', '--yes', '--json']);
  const removed = { orders: 0, commands: 0, quarantine: 0, failed: 0 };
  expect({ code, done: JSON.parse(stdout) as unknown }).toEqual({
    code: 0,
    done: { removed, left: { parked: 0, undelivered: 0, unprojected: 0 } },
  });
});

describe('what waits to be redriven', () => {
  function failing(): MemoryPipeline {
    const pipeline = full();
    pipeline.parked.add('aaaaaaaa-1', {});
    pipeline.undelivered.add('aaaaaaaa-2', {});
    pipeline.objects.set('key', '{}');
    return pipeline;
  }

  test('stays, and is told of', async () => {
    const pipeline = failing();
    const { code, stdout } = await cli(pipeline, ['reset', '--yes']);
    expect(code).toBe(0);
    expect(stdout).toContain('left: 1 parked, 1 undelivered, 1 unprojected; reset --failed discards them too\n');
    expect([pipeline.parked.messages.length, pipeline.undelivered.messages.length, pipeline.objects.size]).toEqual([1, 1, 1]); // prettier-ignore
  });

  test('goes with --failed', async () => {
    const pipeline = failing();
    expect((await cli(failing(), ['reset', '--yes', '--failed'])).stdout).toContain(', 3 failed events and records discarded\n'); // prettier-ignore
    const { stdout } = await cli(pipeline, ['reset', '--yes', '--failed', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ removed: { failed: 3 }, left: { parked: 0, undelivered: 0, unprojected: 0 } }); // prettier-ignore
    expect([pipeline.parked.messages.length, pipeline.undelivered.messages.length, pipeline.objects.size]).toEqual([0, 0, 0]); // prettier-ignore
  });
});

describe('while commands come in', () => {
  test('deletes what they made, too', async () => {
    const pipeline = full();
    pipeline.incoming.push(['order#late-1'], ['order#late-2']);
    expect(await cli(pipeline, ['reset', '--yes'])).toMatchObject({ code: 0 });
    expect(pipeline.tableKeys).toEqual([]);
    expect(pipeline.redriven).toEqual(expect.arrayContaining(['order#late-1', 'order#late-2']));
  });

  test('says so, where they do not end', async () => {
    const pipeline = full();
    pipeline.incoming.push(...keys(9).map((key) => [key]));
    const { code, stderr } = await cli(pipeline, ['reset', '--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain('Commands are still coming in: stop who sends them.\n707 items of the orders table and');
    expect(stderr).toContain('Run reset again to finish it.');
  });
});

test('interrupted and run again, it ends right', async () => {
  const pipeline = full();
  const all = new Set([...pipeline.tableKeys, ...pipeline.modelKeys]);
  pipeline.stuck.add('order#450');
  const { code, stderr } = await cli(pipeline, ['reset', '--yes']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/no answer\n300 items .* until then\. Run reset again to finish it\.\n$/);
  pipeline.stuck.clear();
  expect(await cli(pipeline, ['reset', '--yes'])).toMatchObject({ code: 0 });
  expect([pipeline.tableKeys, pipeline.commandKeys, pipeline.quarantined]).toEqual([[], [], []]);
  expect(new Set(pipeline.redriven)).toEqual(all); // also those that were deleted and not yet looked at
});

describe('asks first', () => {
  const answering = (answer: string) => {
    const asked: string[] = [];
    return { asked, ask: (question: string) => Promise.resolve((asked.push(question), answer)) };
  };

  test('and goes on where the stack’s name is typed', async () => {
    const pipeline = full();
    const { asked, ask } = answering(' order-pipeline\n');
    expect(await cli(pipeline, ['reset'], {}, ask)).toMatchObject({ code: 0, stderr: `${pipeline.where}\n` });
    expect(asked).toEqual(['Everything in it will be gone for good. Type order-pipeline to go on: ']);
    expect(pipeline.tableKeys).toEqual([]);
  });

  test.each(['', 'y', 'yes', 'order-pipeline-2'])('and not where it is %j', async (answer) => {
    const pipeline = full();
    const { code, stderr } = await cli(pipeline, ['reset'], {}, answering(answer).ask);
    expect({ code, stderr }).toEqual({ code: 2, stderr: `${pipeline.where}\nThat is not its name. Nothing was done.\n` }); // prettier-ignore
    expect(isUntouched(pipeline)).toBe(true);
  });

  test('and refuses where nobody can be asked', async () => {
    const pipeline = full();
    const { code, stderr } = await cli(pipeline, ['reset']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no terminal to ask on') }); // prettier-ignore
    expect(isUntouched(pipeline)).toBe(true);
  });
});

describe('on AWS', () => {
  test('works on a stack that is named, and on no other', async () => {
    const pipeline = full();
    pipeline.isLocal = false;
    const { code, stderr } = await cli(pipeline, ['reset', '--yes']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('say which stack with --stack-name. Nothing was done.') }); // prettier-ignore
    expect(isUntouched(pipeline)).toBe(true);
    expect(await cli(pipeline, ['reset', '--yes', '--stack-name', 'order-pipeline'])).toMatchObject({ code: 0 });
  });

  test('refuses on a protected stack', async () => {
    const pipeline = full();
    pipeline.isProtected = true;
    const { code, stderr } = await cli(pipeline, ['reset', '--yes', '--stack-name', 'order-pipeline']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('has DeletionProtection') });
    expect(isUntouched(pipeline)).toBe(true);
  });
});
