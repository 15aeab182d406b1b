/** `reconcile`, on a pipeline in memory: what is compared, shown and done. tests/integration/reconcile.int.test.ts has the real comparison. */
import { describe, expect, test } from '@jest/globals';
import type { KeyDifference } from '../../../functions/project-orders/compare';
import { cli, MemoryPipeline } from '../../support/memory-pipeline';

const keys = (count: number): string[] => Array.from({ length: count }, (_, n) => `order#${n}`);
const lost = (key: string): KeyDifference => ({ key, kind: 'missing', table: 1 });
const offBy = { table: 'item_sales', key: ['z1'], due: [5, 2], has: [6, 2] } as const;

function pair(count = 1_300): MemoryPipeline {
  const pipeline = new MemoryPipeline();
  pipeline.tableKeys = keys(count);
  pipeline.modelKeys = [...keys(count), 'item#z1'];
  return pipeline;
}

/** Runs the tool; `pauses` learns how long it waits. */
async function reconcile(pipeline: MemoryPipeline, args: readonly string[] = [], pauses: number[] = []) {
  const pause = (ms: number): Promise<void> => Promise.resolve(void pauses.push(ms));
  return cli(pipeline, ['reconcile', ...args], {}, undefined, pause);
}

test('every key of both sides is compared, in pieces, and nothing is waited for where all are alike', async () => {
  const pipeline = pair();
  const pauses: number[] = [];
  const { code, stdout } = await reconcile(pipeline, [], pauses);
  expect({ code, stdout, pauses }).toEqual({
    code: 0,
    stdout: '1300 keys of the orders table, 1301 of the read model; 0 were behind and caught up\nno difference\n',
    pauses: [],
  });
  expect(pipeline.compared.flat().toSorted()).toEqual([...pipeline.tableKeys, ...pipeline.modelKeys].toSorted());
  expect(Math.max(...pipeline.compared.map(({ length }) => length))).toBeLessThanOrEqual(1_000);
});

describe('what differs', () => {
  function differing(): MemoryPipeline {
    const pipeline = pair(5);
    pipeline.differs.set('order#1', [lost('order#1'), undefined]);
    pipeline.differs.set('order#2', [lost('order#2')]);
    pipeline.differs.set('order#3', [
      { key: 'order#3', kind: 'behind', table: 4, model: 2, quarantined: 'NewImage: bad' },
    ]);
    pipeline.sumsOff.set('sales', [offBy]);
    return pipeline;
  }

  test('is named with its versions and the reason, and the exit code is 6', async () => {
    const pauses: number[] = [];
    const { code, stdout } = await reconcile(differing(), ['--wait', '3'], pauses);
    expect(code).toBe(6);
    expect(stdout).toMatch(/^in quarantine:\n.*\nbehind +order#3 +4 +2 +NewImage: bad\n/);
    expect(stdout).toMatch(/different:\n.*\nmissing +order#2 +1 +–/);
    expect(stdout).toMatch(/sums that are off:\n.*\nsum off +item_sales +z1 +5 in 2 +6 in 2\n/);
    expect(stdout).toContain('; 1 were behind and caught up\n2 differences\n');
    expect(pauses).toEqual([500, 1_000, 2_000]);
  });

  test('as JSON', async () => {
    const { code, stdout } = await reconcile(differing(), ['--wait', '1', '--json']);
    expect({ code, found: JSON.parse(stdout) as unknown }).toEqual({
      code: 6,
      found: {
        modelKeys: 6,
        tableKeys: 5,
        lag: 1,
        quarantined: [{ key: 'order#3', kind: 'behind', table: 4, model: 2, quarantined: 'NewImage: bad' }],
        differences: [lost('order#2')],
        sums: [offBy],
        isCut: false,
      },
    });
  });

  test('and is only in quarantine is no difference', async () => {
    const pipeline = differing();
    pipeline.differs.delete('order#2');
    pipeline.sumsOff.clear();
    const { code, stdout } = await reconcile(pipeline);
    expect(code).toBe(0);
    expect(stdout).toContain('no difference but the 1 in quarantine\n');
  });

  test('is not looked at again with --wait 0', async () => {
    const pauses: number[] = [];
    expect(await reconcile(differing(), ['--wait', '0'], pauses)).toMatchObject({ code: 6 });
    expect(pauses).toEqual([]);
  });

  test('tells of records that were never projected, where there are any', async () => {
    const pipeline = differing();
    pipeline.objects.set('key', '{}');
    expect((await reconcile(pipeline, ['--wait', '1'])).stdout).toContain('failed redrive --all projects their items');
  });

  test('is mended by --repair: keys are projected again, sums come after them', async () => {
    const pipeline = differing();
    const { stdout, stderr } = await reconcile(pipeline, ['--wait', '1', '--repair']);
    expect(stderr).toBe(`${pipeline.where}\n`);
    expect(pipeline.redriven.toSorted()).toEqual(['order#2', 'order#3']);
    expect(pipeline.mended).toEqual([offBy]);
    expect(stdout).toContain('repaired: 2 keys projected again, 1 rows of summaries mended; now:\n');
    expect(stdout.match(/2 differences/g)).toHaveLength(2); // in memory nothing is mended by it
  });
});

test('--repair of what is alike changes nothing', async () => {
  const pipeline = pair(5);
  expect(await reconcile(pipeline, ['--repair'])).toMatchObject({ code: 0 });
  expect([pipeline.redriven, pipeline.mended]).toEqual([[], []]);
});

test('of very many differences it keeps ten thousand and the rest of their page, and stops', async () => {
  const pipeline = pair(12_000);
  for (const key of pipeline.tableKeys) pipeline.differs.set(key, [lost(key)]);
  const { code, stdout } = await reconcile(pipeline, ['--wait', '0']);
  expect(code).toBe(6);
  expect(stdout).toContain('There are more than are named. --repair mends these; reproject --all projects everything again.\n10099 differences\n'); // prettier-ignore
  expect(stdout).toContain('and 9999 more; --json lists all\n');
});

test('a read model that cannot be asked is a failure, and no difference', async () => {
  const pipeline = pair(5);
  pipeline.down = 'ECONNREFUSED';
  expect(await reconcile(pipeline)).toMatchObject({ code: 1, stdout: '' });
});

describe('more than 10,000 keys that differ', () => {
  const MANY = 25_000;
  const differing = (then: (key: string) => KeyDifference | undefined): MemoryPipeline => {
    const pipeline = pair(MANY);
    for (const key of keys(MANY)) pipeline.differs.set(key, [lost(key), then(key)]);
    return pipeline;
  };

  test('and catch up are lag, and all the others are compared too', async () => {
    const pipeline = differing(() => undefined);
    const { code, stdout } = await reconcile(pipeline);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${MANY} keys of the orders table, ${MANY + 1} of the read model; ${MANY} were behind and caught up\nno difference\n`,
    });
  });

  test('and lie in quarantine are not said to be all', async () => {
    const { code, stdout } = await reconcile(differing((key) => ({ ...lost(key), quarantined: 'bad' })));
    expect(code).toBe(6);
    expect(stdout).toMatch(/no difference but the 1\d{4} in quarantine so far\n/);
  });
});
