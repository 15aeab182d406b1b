/** `failed` and `quarantine`, on a pipeline in memory. */
import { describe, expect, test } from '@jest/globals';
import { entryAgain } from '../../../cli/failed-events';
import { keysOf } from '../../../cli/unprojected';
import { cli, MemoryPipeline } from '../../support/memory-pipeline';

const event = (detail: unknown, detailType = 'orderCommand') => ({
  id: 'old-id',
  source: 'orderPipeline',
  'detail-type': detailType,
  time: '2022-10-13T19:00:00Z',
  detail,
});
const error = { Error: 'DynamoDB.Throttled', Cause: 'too much' };
const record = (pk: string) => ({ eventID: 'e', dynamodb: { Keys: { pk: { S: pk } } } });
const object = (...pks: string[]) =>
  JSON.stringify({
    requestContext: { condition: 'RetriesExhausted' },
    payload: JSON.stringify({ Records: pks.map(record) }),
  });

function failing(): MemoryPipeline {
  const pipeline = new MemoryPipeline();
  pipeline.parked.add('aaaaaaaa-1', { event: event({ command: 'createOrder', orderId: '1' }), error, execution: 'x' });
  pipeline.undelivered.add('aaaaaaaa-2', event({ command: 'cancelOrder', orderId: '2', commandId: 'k' }), { ERROR_CODE: 'NO_PERMISSIONS' }); // prettier-ignore
  pipeline.objects.set('aws/lambda/shard/x-bbbbbbbb', object('order#3', 'order#4', 'order#3'));
  return pipeline;
}

describe('an event that is sent again', () => {
  test('is as it was, and keeps its old id as the key when it had none', () => {
    expect(entryAgain(event({ command: 'updateOrder', orderId: '1' }))).toEqual({
      source: 'orderPipeline',
      detailType: 'orderCommand',
      time: new Date('2022-10-13T19:00:00Z'),
      detail: '{"command":"updateOrder","orderId":"1","commandId":"old-id"}',
    });
  });

  test.each([
    ['is a createOrder, which its content tells from others', { command: 'createOrder', orderId: '1' }, 'orderCommand'],
    ['has a key', { commandId: 'mine' }, 'orderCommand'],
    ['has a bad key, which is its sender’s fault', { commandId: null }, 'orderCommand'],
    ['is a query', { query: 'x' }, 'orderQuery'],
    ['has a list for a detail', [1], 'orderCommand'],
    ['has a string for a detail', 'x', 'orderCommand'],
  ])('is untouched when it %s', (_, detail, detailType) => {
    expect(entryAgain(event(detail, detailType)).detail).toBe(JSON.stringify(detail));
  });

  test.each([undefined, 'text', {}, { ...event({}), time: 'x' }])('must be one: %j is not', (junk) => {
    expect(() => entryAgain(junk)).toThrow('It is no event');
  });
});

test('the keys of an object in the bucket are told once each, the records as text or not', () => {
  expect(keysOf(JSON.parse(object('order#1', 'order#2', 'order#1')))).toEqual(['order#1', 'order#2']);
  expect(keysOf({ payload: { Records: [record('item#1')] } })).toEqual(['item#1']);
});

describe('failed', () => {
  test('ls shows all three places, and takes nothing away', async () => {
    const pipeline = failing();
    const { code, stdout } = await cli(pipeline, ['failed', 'ls']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/unprojected .* 2 keys .*RetriesExhausted/);
    expect(stdout).toMatch(/aaaaaaaa-1 .*parked .*createOrder 1 .*DynamoDB.Throttled: too much/);
    expect(stdout).toMatch(/aaaaaaaa-2 .*undelivered .*cancelOrder 2 .*NO_PERMISSIONS/);
    expect(pipeline.parked.messages).toHaveLength(1);
  });

  test('ls of nothing says so, or is an empty list', async () => {
    expect((await cli(new MemoryPipeline(), ['failed', 'ls'])).stdout).toBe('Nothing failed.\n');
    expect((await cli(new MemoryPipeline(), ['failed', 'ls', '--json'])).stdout).toBe('[]\n');
  });

  test('show prints one whole, by a part of its id', async () => {
    const { stdout } = await cli(failing(), ['failed', 'show', 'aaaaaa-1', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ where: 'parked', whole: { execution: 'x', error } });
  });

  test.each([
    ['nothing-such', 3, 'There is no nothing-such here.'],
    ['aaaaaaaa', 2, 'aaaaaaaa could be 2 of them; write more of it.'],
    ['a', 3, 'There is no a here, nor is that enough of one'],
  ])('show %s ends with %d', async (id, expected, words) => {
    const { code, stderr } = await cli(failing(), ['failed', 'show', id]);
    expect(stderr).toContain(words);
    expect(code).toBe(expected);
  });

  test('redrive --all sends events again, projects records again, and keeps nothing', async () => {
    const pipeline = failing();
    expect(await cli(pipeline, ['failed', 'redrive', '--all'])).toMatchObject({ code: 0 });
    expect(pipeline.sent.map(({ detail }) => JSON.parse(detail) as unknown)).toEqual([
      { command: 'createOrder', orderId: '1' },
      { command: 'cancelOrder', orderId: '2', commandId: 'k' },
    ]);
    expect(pipeline.redriven).toEqual(['order#3', 'order#4']);
    expect(await cli(pipeline, ['failed', 'ls'])).toMatchObject({ stdout: 'Nothing failed.\n' });
  });

  test('redrive keeps what the bus refuses, what is no event and what cannot be projected, and does the rest', async () => {
    const pipeline = failing();
    pipeline.refusals.set(0, 'Throttled');
    pipeline.down = 'no database';
    pipeline.parked.add('cccccccc-1', 'junk');
    pipeline.objects.set('dddddddd', '{}');
    const { code, stdout } = await cli(pipeline, ['failed', 'redrive', '--all']);
    expect(code).toBe(1);
    expect(stdout).toContain('not redriven aaaaaaaa-1: The bus refused it, so it is still kept: Throttled');
    expect(stdout).toContain('not redriven cccccccc-1: It is no event');
    expect(stdout).toContain('redriven aaaaaaaa-2');
    expect(stdout).toContain('x-bbbbbbbb: no database');
    expect(stdout).toContain('not redriven dddddddd: It tells of no keys');
    expect(pipeline.parked.messages.map(({ id }) => id)).toEqual(['aaaaaaaa-1', 'cccccccc-1']);
    expect(pipeline.undelivered.messages).toEqual([]);
    expect([...pipeline.objects.keys()]).toEqual(['aws/lambda/shard/x-bbbbbbbb', 'dddddddd']);
  });

  test('redrive keeps an object of which something went to quarantine, and names that', async () => {
    const pipeline = failing();
    pipeline.bad.add('order#4');
    const { code, stdout } = await cli(pipeline, ['failed', 'redrive', 'x-bbbbbbbb']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^not redriven .*x-bbbbbbbb: 1 of its 2 keys are projected; .*in quarantine: order#4\./);
    expect(pipeline.objects.size).toBe(1);
    pipeline.bad.clear();
    expect(await cli(pipeline, ['failed', 'redrive', 'x-bbbbbbbb'])).toMatchObject({ code: 0 });
    expect(pipeline.objects.size).toBe(0);
  });

  test('redrive --all ends, although what it sends fails again at once', async () => {
    const pipeline = failing();
    const put = pipeline.bus.put.bind(pipeline.bus);
    let times = 0;
    pipeline.bus.put = async (entries) => {
      const [result] = await put(entries);
      if (result === undefined || 'error' in result || (times += 1) > 50) throw new Error('sent without end');
      pipeline.parked.add(`again-${times}`, { event: { ...event({}), id: result.eventId }, error });
      return [result];
    };
    await cli(pipeline, ['failed', 'redrive', '--all']);
    expect(times).toBe(2);
    expect(pipeline.parked.messages.map(({ id }) => id)).toEqual(['again-1', 'again-2']);
  });

  test('an id that is named twice, whole and in part, is dealt with once', async () => {
    const pipeline = failing();
    const { stdout } = await cli(pipeline, ['failed', 'redrive', 'aaaaaaaa-1', 'aaaaaa-1', 'aaaaaaaa-1']);
    expect(stdout).toBe('redriven aaaaaaaa-1\n');
    expect(pipeline.sent).toHaveLength(1);
  });

  describe('where there is much', () => {
    const full = (): MemoryPipeline => {
      const pipeline = new MemoryPipeline();
      for (let n = 0; n < 35; n += 1) pipeline.parked.add(`parked-${n}`, { event: event({ command: 'x' }), error });
      for (let n = 0; n < 35; n += 1) pipeline.objects.set(`object-${n}`, object('order#1'));
      return pipeline;
    };

    test('ls shows as much as --limit says, and how much more there is', async () => {
      const pipeline = full();
      const { stdout, stderr } = await cli(pipeline, ['failed', 'ls', '--limit', '3', '--json']);
      expect(JSON.parse(stdout)).toHaveLength(6);
      expect(stderr).toBe(
        'parked: 3 of about 35; --limit shows more\nunprojected: 3 of about 35; --limit shows more\n',
      );
      expect(pipeline.parked.looked).toBe(10);
      expect(pipeline.reads).toBe(3);
      expect(await cli(full(), ['failed', 'ls', '--limit', '35'])).toMatchObject({ stderr: '' });
    });

    test('a whole id is not looked for further than where it is, and no object is read for it', async () => {
      const pipeline = full();
      expect(await cli(pipeline, ['failed', 'show', 'parked-4'])).toMatchObject({ code: 0 });
      expect([pipeline.parked.looked, pipeline.reads]).toEqual([10, 0]);
      expect(await cli(pipeline, ['failed', 'discard', 'object-7', '--yes'])).toMatchObject({ code: 0 });
      expect([pipeline.objects.size, pipeline.reads]).toEqual([34, 0]);
    });
  });

  test.each(['0', '-5', 'abc', '1.5', '120001'])('ls --limit %s is a usage error', async (limit) => {
    const { code, stderr } = await cli(failing(), ['failed', 'ls', '--limit', limit]);
    expect(code).toBe(2);
    expect(stderr).toContain('It must be a whole number from 1 to 120000.');
  });

  test.each([
    ['redrive', 'aaaaaaaa-1'],
    ['discard', 'aaaaaaaa-1', '--yes'],
  ])('%s says on stderr which pipeline it works on', async (...args) => {
    const pipeline = failing();
    expect(await cli(pipeline, ['failed', ...args, '--json'])).toMatchObject({ stderr: `${pipeline.where}\n` });
  });

  test('redrive of some leaves the others', async () => {
    const pipeline = failing();
    await cli(pipeline, ['failed', 'redrive', 'aaaaaaaa-2']);
    expect(pipeline.sent).toHaveLength(1);
    expect(pipeline.parked.messages).toHaveLength(1);
  });

  test('discard wants --yes, and deletes', async () => {
    const pipeline = failing();
    expect(await cli(pipeline, ['failed', 'discard', 'aaaaaaaa-1'])).toMatchObject({ code: 2 });
    expect(pipeline.parked.messages).toHaveLength(1);
    expect(await cli(pipeline, ['failed', 'discard', 'aaaaaaaa-1', 'bbbbbbbb', '--yes'])).toMatchObject({ code: 0 });
    expect(pipeline.parked.messages).toEqual([]);
    expect(pipeline.objects.size).toBe(0);
    expect(pipeline.sent).toEqual([]);
  });

  test.each([[['redrive']], [['redrive', 'x', '--all']], [['discard', '--yes']], [['show']], [['eat']]])(
    '%j is a usage error',
    async (args) => {
      expect(await cli(failing(), ['failed', ...args])).toMatchObject({ code: 2 });
    },
  );
});

describe('quarantine', () => {
  const kept = (...pks: string[]): MemoryPipeline => {
    const pipeline = new MemoryPipeline();
    pipeline.quarantined = pks.map((pk, index) => ({ id: index + 1, pk, error: 'bad', quarantinedAt: 'then', record: '{"a":1}' })); // prettier-ignore
    return pipeline;
  };

  test('ls shows every page that is asked for', async () => {
    const { stdout } = await cli(kept(...Array.from({ length: 1_001 }, (_, n) => `order#${n}`)), ['quarantine', 'ls', '--limit', '2000', '--json']); // prettier-ignore
    expect(JSON.parse(stdout)).toHaveLength(1_001);
    expect((await cli(kept(), ['quarantine', 'ls'])).stdout).toBe('The quarantine is empty.\n');
  });

  test('ls says how many more there are, and shortens long reasons', async () => {
    const pipeline = kept(...Array.from({ length: 101 }, (_, n) => `order#${n}`));
    pipeline.quarantined = pipeline.quarantined.map((record) => ({ ...record, error: 'bad '.repeat(100) }));
    const { stdout, stderr } = await cli(pipeline, ['quarantine', 'ls']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(101);
    expect(stdout).toMatch(/bad bad…$/m);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThan(120);
    expect(stderr).toBe('100 of 101; --limit shows more\n');
    expect(await cli(pipeline, ['quarantine', 'ls', '--limit', '101'])).toMatchObject({ stderr: '' });
    expect(await cli(pipeline, ['quarantine', 'ls', '--limit', '0'])).toMatchObject({ code: 2 });
  });

  test('show prints the record whole', async () => {
    const { stdout } = await cli(kept('order#1'), ['quarantine', 'show', '1', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ pk: 'order#1', record: { a: 1 } });
    expect(await cli(kept(), ['quarantine', 'show', '1'])).toMatchObject({ code: 3 });
    expect(await cli(kept(), ['quarantine', 'show', 'one'])).toMatchObject({ code: 2 });
  });

  test('redrive projects the items again, and names what is still bad', async () => {
    const pipeline = kept('order#1', 'order#2', '', 'order#1');
    pipeline.good.add('order#1');
    const { code, stdout } = await cli(pipeline, ['quarantine', 'redrive', '--all']);
    expect(pipeline.redriven).toEqual(['order#1', 'order#2']);
    expect(stdout.split('\n')).toEqual([
      'redriven 1',
      expect.stringMatching(/^not redriven 2: order#2 is still not as it should be/),
      'not redriven 3: the record does not tell its key',
      'redriven 4',
      '',
    ]);
    expect(code).toBe(1);
  });

  test('redrive of one leaves the others', async () => {
    const pipeline = kept('order#1', 'order#2');
    pipeline.good.add('order#1');
    expect(await cli(pipeline, ['quarantine', 'redrive', '1'])).toMatchObject({ code: 0 });
    expect(pipeline.redriven).toEqual(['order#1']);
    expect(await cli(pipeline, ['quarantine', 'redrive', '2', '9'])).toMatchObject({ code: 3 });
    expect(await cli(pipeline, ['quarantine', 'redrive', 'two'])).toMatchObject({ code: 2 });
    expect(pipeline.redriven).toEqual(['order#1']);
    const { stderr, stdout } = await cli(pipeline, ['quarantine', 'redrive', '2', '2']);
    expect(stdout).toMatch(/^not redriven 2: .*\n$/);
    expect(stderr).toBe(`${pipeline.where}\n`);
  });

  test('discard wants --yes, deletes, and names what was not there', async () => {
    const pipeline = kept('order#1', 'order#2');
    expect(await cli(pipeline, ['quarantine', 'discard', '1'])).toMatchObject({ code: 2 });
    const { code, stdout } = await cli(pipeline, ['quarantine', 'discard', '1', '7', '1', '--yes']);
    expect(stdout).toBe('discarded 1\nnot discarded 7: there is no such record\n');
    expect(code).toBe(3);
    expect(pipeline.quarantined.map(({ id }) => id)).toEqual([2]);
  });
});
