/** `rebuild`, `rebuild status` and `rebuild cancel`, on a pipeline in memory. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { cli, MemoryPipeline } from '../../support/memory-pipeline';

let pipeline: MemoryPipeline;
beforeEach(() => {
  pipeline = new MemoryPipeline();
});

const filling = { state: 'filling', run: 'r', segments: 4, segmentsDone: 1, items: 250, expected: 1000 } as const;
const swapped = { state: 'swapped', run: 'r', segments: 4, segmentsDone: 4, items: 1002, expected: 1000 } as const;

describe('rebuild', () => {
  test('starts one, by itself or as start', async () => {
    expect(await cli(pipeline, ['rebuild'])).toEqual({ code: 0, stdout: 'Started. Its progress: npx order-pipeline rebuild status\n', stderr: 'stack order-pipeline in memory\n' }); // prettier-ignore
    const { stdout } = await cli(pipeline, ['rebuild', 'start', '--segments', '8', '--json']);
    expect(JSON.parse(stdout)).toEqual({ execution: 'execution-2' });
    expect(pipeline.rebuildsStarted).toEqual([4, 8]);
  });

  test('--wait shows how far it is, how fast and for how long yet, and then what it came to', async () => {
    pipeline.rebuildStatuses = [filling, { ...filling, items: 500, itemsPerSecond: 4, secondsLeft: 125 }, swapped];
    const { code, stdout, stderr } = await cli(pipeline, ['rebuild', '--wait'], {}, undefined, undefined, true);
    expect(code).toBe(0);
    expect(stdout).toBe('swapped: 1002 orders, customers and items were read\n');
    expect(stderr).toContain('filling: 250 of about 1000');
    expect(stderr).toContain('filling: 500 of about 1000, 4 a second, about 3 min left');
  });

  test('one that is under way is waited for, and no other is started', async () => {
    pipeline.rebuildRunning = 'running';
    pipeline.rebuildStatuses = [swapped];
    expect(await cli(pipeline, ['rebuild', '--wait'])).toMatchObject({ code: 0, stderr: expect.stringContaining('A rebuild is under way already.') }); // prettier-ignore
    expect(pipeline.rebuildsStarted).toEqual([]);
  });

  describe('right after one was cancelled', () => {
    beforeEach(() => {
      pipeline.rebuildRunning = 'ending';
      pipeline.rebuildStatuses = [{ state: 'cancelled', run: 'r' }];
    });

    test('waits for the end of its execution, and starts another', async () => {
      const waited: number[] = [];
      const pause = (ms: number): Promise<void> => {
        expect(pipeline.rebuildsStarted).toEqual([]);
        if (waited.push(ms) === 3) pipeline.rebuildRunning = undefined;
        return Promise.resolve();
      };
      const { code, stdout, stderr } = await cli(pipeline, ['rebuild', 'start'], {}, undefined, pause);
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: 'Started. Its progress: npx order-pipeline rebuild status\n',
      });
      expect(stderr).toBe(`${pipeline.where}\nThe rebuild that was cancelled has a step to end yet: waiting for it.\n`);
      expect([waited.length, pipeline.rebuildsStarted]).toEqual([3, [4]]);
    });

    test('finds that somebody else has started one', async () => {
      const pause = (): Promise<void> => Promise.resolve(void (pipeline.rebuildStatuses = [filling]));
      const { code, stderr } = await cli(pipeline, ['rebuild', 'start'], {}, undefined, pause);
      expect({ code, started: pipeline.rebuildsStarted }).toEqual({ code: 0, started: [] });
      expect(stderr).toContain('A rebuild is under way already.');
    });

    test('gives up in the end, and names the execution', async () => {
      const { code, stderr } = await cli(pipeline, ['rebuild', 'start'], {}, undefined, () => Promise.resolve());
      expect({ code, started: pipeline.rebuildsStarted }).toEqual({ code: 1, started: [] });
      expect(stderr).toContain('has not ended within 300 s: ending. Stop that execution, then start again.');
    });
  });

  test('one that failed or was cancelled meanwhile is no success', async () => {
    pipeline.rebuildEnds = { status: 'FAILED', error: 'CopyUnsound: customers: 2 in the summary, 1 in the rows' };
    pipeline.rebuildStatuses = [filling];
    const { code, stderr } = await cli(pipeline, ['rebuild', '--wait']);
    expect(code).toBe(1);
    expect(stderr).toContain('The rebuild ended as FAILED (CopyUnsound: customers: 2 in the summary, 1 in the rows). Start it again to go on.'); // prettier-ignore
    pipeline.rebuildEnds = { status: 'SUCCEEDED' };
    pipeline.rebuildStatuses = [{ state: 'cancelled', run: 'r' }];
    expect(await cli(pipeline, ['rebuild', '--wait'])).toMatchObject({ code: 1, stdout: 'The last rebuild was cancelled, by a person or by a migration.\n' }); // prettier-ignore
  });

  test.each(['0', '41', 'many'])('--segments %s is refused, and nothing is started', async (segments) => {
    expect(await cli(pipeline, ['rebuild', '--segments', segments])).toMatchObject({ code: 2 });
    expect(pipeline.rebuildsStarted).toEqual([]);
  });
});

describe('rebuild status', () => {
  test.each([
    [{ state: 'none' } as const, 'There was no rebuild yet.\n'],
    [{ ...filling, itemsPerSecond: 9, secondsLeft: 59 }, 'filling: 250 of about 1000, 9 a second, about 59 s left\n'],
    [{ ...filling, itemsPerSecond: 9, secondsLeft: 7_500 }, 'filling: 250 of about 1000, 9 a second, about 2 h 5 min left\n'], // prettier-ignore
    [swapped, 'swapped: 1002 orders, customers and items were read\n'],
  ])('of %j', async (status, words) => {
    pipeline.rebuildRunning = 'running';
    pipeline.rebuildStatuses = [status];
    expect(await cli(pipeline, ['rebuild', 'status'])).toEqual({ code: 0, stdout: words, stderr: '' });
    expect(JSON.parse((await cli(pipeline, ['rebuild', 'status', '--json'])).stdout)).toEqual({ ...status, running: true }); // prettier-ignore
  });

  test('of one that was interrupted says what to do', async () => {
    pipeline.rebuildStatuses = [filling];
    expect((await cli(pipeline, ['rebuild', 'status'])).stdout).toContain('Go on with rebuild, or give it up');
  });

  test('of a database that is away fails', async () => {
    pipeline.down = 'away';
    expect(await cli(pipeline, ['rebuild', 'status'])).toMatchObject({ code: 1 });
  });
});

test('rebuild cancel gives it up; where none is under way, it says so', async () => {
  pipeline.rebuildStatuses = [filling];
  expect(await cli(pipeline, ['rebuild', 'cancel'])).toMatchObject({ code: 0, stdout: 'cancelled\n' });
  pipeline.rebuildStatuses = [swapped];
  expect(await cli(pipeline, ['rebuild', 'cancel'])).toMatchObject({ code: 3, stderr: expect.stringContaining('No rebuild is under way.') }); // prettier-ignore
});
