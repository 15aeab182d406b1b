/** `send`, on a pipeline in memory. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { inBatches } from '../../../cli/aws/bus';
import { QUERIES } from '../../../cli/fields';
import { readIsoTime } from '../../../cli/iso-time';
import { runCli } from '../../../cli/program';
import { customerCount } from '../../../functions/query-orders/customer-count';
import { customersByItem } from '../../../functions/query-orders/customers-by-item';
import { customersByTag } from '../../../functions/query-orders/customers-by-tag';
import { orderById } from '../../../functions/query-orders/order-by-id';
import { ordersByCustomer } from '../../../functions/query-orders/orders-by-customer';
import { queries } from '../../../functions/query-orders/queries';
import { itemsSalesReport } from '../../../functions/query-item-sales-report/query';
import { monthlySalesByItem } from '../../../functions/query-monthly-sales-by-item/query';
import { ROOT } from '../../../local/paths';
import { cli, MemoryPipeline } from '../../support/memory-pipeline';

const entry = (more: object = {}) => ({
  EventBusName: 'other',
  Source: 'orderPipeline',
  DetailType: 'orderCommand',
  Detail: '{"command":"createOrder"}',
  ...more,
});
const file = (...entries: unknown[]) => ({ f: JSON.stringify(entries, undefined, 1) });

describe('a file', () => {
  test.each(readdirSync(join(ROOT, 'events')))('events/%s is sent as it is', async (name) => {
    const text = readFileSync(join(ROOT, 'events', name), 'utf8');
    const pipeline = new MemoryPipeline();
    expect(await cli(pipeline, ['send', 'f'], { f: text })).toMatchObject({ code: 0 });
    const [given] = JSON.parse(text) as { Detail: string; DetailType: string; Time?: string }[];
    expect(pipeline.sent).toEqual([
      {
        source: 'orderPipeline',
        detailType: given?.DetailType,
        detail: given?.Detail,
        ...(given?.Time !== undefined && { time: new Date(given.Time) }),
      },
    ]);
  });

  test('may begin with a byte order mark', async () => {
    const pipeline = new MemoryPipeline();
    expect(await cli(pipeline, ['send', 'f'], { f: `\uFEFF${file(entry()).f}` })).toMatchObject({ code: 0 });
    expect(pipeline.sent).toHaveLength(1);
  });

  test('on the standard input is -', async () => {
    const pipeline = new MemoryPipeline();
    expect(await cli(pipeline, ['send', '-'], { '-': JSON.stringify([entry()]) })).toMatchObject({ code: 0 });
    expect(pipeline.sent).toHaveLength(1);
  });

  test.each<[string, string, string]>([
    ['no JSON', '[\n {"a": 1},\n {"a" 1}\n]', 'f:3: is no JSON'],
    ['cut off', '[\n {"a": 1},', 'f:2: is no JSON'],
    ['no list', '{}', 'f:1: must be a list of entries'],
    ['empty', '[]', 'f:1: must be a list of entries as `aws events put-events` takes them, and is empty.'],
    ['in UTF-16', Buffer.from('\uFEFF[]', 'utf16le').toString(), 'f:1: is no text in UTF-8'],
    ['from nowhere', file(entry({ Source: 'orderpipeline' })).f, 'f:2: entry 1: Source must be orderPipeline'],
    ['of no kind', file(entry({ DetailType: 'orderComand' })).f, 'DetailType must be orderCommand or orderQuery'],
    ['a reply', file(entry({ DetailType: 'orderCommandResponse' })).f, 'must be orderCommand or orderQuery'],
    ['a Detail that holds a list', file(entry({ Detail: '[]' })).f, 'Detail must hold a JSON object'],
    ['a Detail that holds null', file(entry({ Detail: 'null' })).f, 'Detail must hold a JSON object'],
    [
      'an entry without Detail',
      '[\n' + JSON.stringify(entry()) + ',\n{"Source":"orderPipeline","DetailType":"orderQuery"}]',
      'f:3: entry 2: Detail is missing',
    ],
    ['a Detail that is no JSON', file(entry({ Detail: '{,' })).f, 'f:2: entry 1: Detail must hold a JSON object'],
    ['a Detail that is an object', file(entry({ Detail: {} })).f, 'Detail must be a string that holds JSON'],
    ['a bad Time', file(entry({ Time: 'today' })).f, 'Time must be an ISO 8601 time with Z or an offset'],
    ['a Time that is a number', file(entry({ Time: 5 })).f, 'Time must be an ISO 8601 time with Z or an offset'],
    [
      'a Time without an offset',
      file(entry({ Time: '2022-10-13T19:00:00' })).f,
      'entry 1: Time must be an ISO 8601 time',
    ],
    ['an entry that is a number', '[1,\n2]', 'f:2: entry 2: must be an object'],
    ['an entry that is null', '[null]', 'f:1: entry 1: must be an object'],
    ['strings with brackets', '["[{,",\n"\\"]",\n3]', 'f:3: entry 3:'],
  ])('that is %s is named with the line, and nothing is sent', async (_, text, words) => {
    const pipeline = new MemoryPipeline();
    const { code, stderr } = await cli(pipeline, ['send', 'f'], { f: text });
    expect(stderr).toContain(words);
    expect(code).toBe(2);
    expect(pipeline.sent).toEqual([]);
  });

  test('that cannot be read is a usage error', async () => {
    expect(await cli(new MemoryPipeline(), ['send', 'f'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'f cannot be read: no such file. Nothing was sent.\n',
    });
  });

  test('of which the bus refuses an entry is an error that names it', async () => {
    const pipeline = new MemoryPipeline();
    pipeline.refusals.set(1, 'ThrottlingException: slow down');
    const { code, stdout } = await cli(pipeline, ['send', 'f'], file(entry(), entry(), entry()));
    expect(stdout).toContain('entry 2 was refused by the bus: ThrottlingException: slow down');
    expect(code).toBe(1);
  });
});

describe('flags', () => {
  const detailOf = async (...args: string[]): Promise<unknown> => {
    const pipeline = new MemoryPipeline();
    expect(await cli(pipeline, ['send', ...args])).toMatchObject({ code: 0, stderr: `${pipeline.where}\n` });
    return { ...(JSON.parse(pipeline.sent[0]?.detail ?? '') as object), is: pipeline.sent[0]?.detailType };
  };

  test('describe commands', async () => {
    expect(await detailOf('--command', 'forgetCustomer', '--customer-id', 'c-1')).toEqual({
      is: 'orderCommand',
      command: 'forgetCustomer',
      customerId: 'c-1',
    });
    expect(
      await detailOf(
        '--command',
        'createOrder',
        '--order-id',
        '1',
        '--item',
        'a=2',
        '--item',
        'a=b=3',
        '--command-id',
        'k',
      ),
    ).toEqual({
      is: 'orderCommand',
      command: 'createOrder',
      orderId: '1',
      commandId: 'k',
      items: [
        { itemid: 'a', quantity: 2 },
        { itemid: 'a=b', quantity: 3 },
      ],
    });
    expect(
      await detailOf('--command', 'registerItem', '--itemid', 'a', '--name', 'A', '--tag', 'x', '--tag', 'y'),
    ).toEqual({
      is: 'orderCommand',
      command: 'registerItem',
      itemid: 'a',
      name: 'A',
      tags: ['x', 'y'],
    });
    expect(await detailOf('--command', 'cancelOrder', '--order-id', '1', '--expected-version', '3')).toEqual({
      is: 'orderCommand',
      command: 'cancelOrder',
      orderId: '1',
      expectedVersion: 3,
    });
  });

  test('describe queries, and any other field', async () => {
    expect(
      await detailOf(
        '--query',
        'customersByTag',
        '--tag',
        'x',
        '--limit',
        '5',
        '--set',
        'after={"itemid":"a","version":2}',
      ),
    ).toEqual({
      is: 'orderQuery',
      query: 'customersByTag',
      tag: 'x',
      limit: 5,
      after: { itemid: 'a', version: 2 },
    });
  });

  test.each<[string[], string]>([
    [[], 'Name one of: a file, such as events/01-create-order.json, --command, --query. Nothing was sent.'],
    [['f', '--command', 'x'], 'Name one of'],
    [['f', '--order-id', '1'], '--order-id describes an event, and f holds them.'],
    [['--command', 'x', '--item', 'z1'], 'Write it like z3333=2.'],
    [['--command', 'x', '--expected-version', 'one'], 'It must be a whole number from 0 to 9999999999.'],
    [['--command', 'x', '--set', 'a=b'], 'Write it like'],
    [['--command', 'x', '--time', 'noon'], 'It must be an ISO 8601 time with Z or an offset'],
    [['--command', 'x', '--time', '5'], 'It must be an ISO 8601 time'],
    [['--command', 'x', '--wait', '--timeout', '0'], 'It must be a whole number from 1 to 86400.'],
    [['--command', 'x', '--wait', '--timeout', '2147484'], 'It must be a whole number from 1 to 86400.'],
    [['--command', 'x', '--timeout', '9'], '--timeout is for --wait.'],
    [['--command', 'x', '--order-id', '1', '--order-id', '2'], 'It is given twice.'],
    [['--command', 'x', '--command', 'y'], 'It is given twice.'],
    [['--command', 'x', '--stack-name', 'a', '--region', 'b', '--region', 'c'], 'It is given twice.'],
    [['--query', 'customersByTag', '--tag', 'a', '--tag', 'b'], 'A query has one tag: --tag is given twice.'],
    [['--query', 'customersByItem', '--tag', 'a'], 'customersByItem takes no --tag: leave it out.'],
    [['--query', 'orderById', '--order-id', '1', '--command-id', 'k'], 'orderById takes no --command-id'],
    [['--query', 'orderById', '--expected-version', '1'], 'orderById takes no --expected-version'],
    [['--query', 'no-such', '--item', 'a=1'], 'no-such takes no --item'],
    [['--command', 'cancelOrder', '--item', 'a=1'], 'cancelOrder takes no --item'],
    [['--command', 'createOrder', '--next-token', 't'], 'createOrder takes no --next-token'],
    [['--command', 'createOrder', '--expected-version', '1'], 'createOrder takes no --expected-version'],
    [['--command', 'x', '--order-id', '1', '--set', 'orderId="2"'], '--set orderId says again what another flag says.'],
    [['--command', 'x', '--set', 'command="y"'], '--set command says again'],
    [['--command', 'x', '--set', 'a=1', '--set', 'a=2'], 'a is given twice.'],
    [['f', 'g'], 'too many arguments'],
    [['--everything'], "unknown option '--everything'"],
  ])('%j are refused', async (args, words) => {
    const pipeline = new MemoryPipeline();
    const { code, stderr } = await cli(pipeline, ['send', ...args], file(entry()));
    expect(stderr).toContain(words);
    expect(code).toBe(2);
    expect(pipeline.sent).toEqual([]);
  });
});

describe('--wait', () => {
  const created: { kind: string; detail: Record<string, unknown> } = { kind: 'orderCommandResponse', detail: { command: 'createOrder', orderid: '1', commandStatus: 'orderCreated', version: 1 } }; // prettier-ignore
  const rejected = { kind: 'orderCommandResponse', detail: { command: 'createOrder', commandStatus: 'rejected', errors: [{ code: 'c', message: 'm' }] } }; // prettier-ignore
  const notThere = { kind: 'orderQueryResponse', detail: { query: 'orderById', queryStatus: 404, queryResult: [] } };
  const unavailable = { kind: 'orderQueryResponse', detail: { query: 'q', queryStatus: 503, queryResult: [] } };

  test.each([
    [0, [created, created], '✓ createOrder  1  orderCreated  version 1'],
    [4, [created, rejected], 'c: m'],
    [4, [created, unavailable], '✗ q  503'],
    [4, [created, notThere], '✗ orderById  404  to event event-1…\n      there is no such order\n'],
    [
      5,
      [created],
      'entry 2, event event-1: no reply within 7 s\nA reply may still come. What the pipeline could not do: npx order-pipeline failed ls',
    ],
  ])('ends with %d', async (expected, replies, words) => {
    const pipeline = new MemoryPipeline();
    replies.forEach((reply, index) => pipeline.replies.set(index, reply));
    const { code, stdout } = await cli(pipeline, ['send', 'f', '--wait', '--timeout', '7'], file(entry(), entry()));
    expect(stdout).toContain(words);
    expect(code).toBe(expected);
    expect(pipeline.watching).toBe(0);
  });

  test('interrupted, names the events that had no reply yet', async () => {
    const pipeline = new MemoryPipeline();
    pipeline.replies.set(1, created);
    const listeners = new Set<() => void>();
    const replies = await pipeline.bus.watchReplies();
    jest.spyOn(pipeline.bus, 'watchReplies').mockResolvedValue({
      ...replies,
      async to(...args) {
        const found = await replies.to(...args);
        for (const listener of listeners) listener();
        return found;
      },
    });
    let stderr = '';
    await runCli(['send', 'f', '--wait'], {
      connect: () => Promise.resolve(pipeline),
      readFile: () => file(entry(), entry(), entry()).f,
      stdout: { write: () => undefined },
      stderr: { write: (text) => (stderr += text) },
      colours: false,
      sleep: () => Promise.resolve(),
      onInterrupt(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    });
    expect(stderr).toBe(
      `${pipeline.where}\n` +
        'entry 1, event event-0: sent, and no reply until the interruption\n' +
        'entry 3, event event-2: sent, and no reply until the interruption\n',
    );
    expect(listeners.size).toBe(0);
  });

  test('with --json prints one document', async () => {
    const pipeline = new MemoryPipeline();
    pipeline.replies.set(0, created);
    const { stdout } = await cli(pipeline, ['send', 'f', '--wait', '--json'], file(entry()));
    expect(JSON.parse(stdout)).toEqual({
      sent: [{ entry: 1, eventId: 'event-0' }],
      replies: [{ ...created.detail, commandMessageId: 'event-0' }],
      unanswered: [],
    });
  });

  test('names the events that had no reply, also with --json', async () => {
    const pipeline = new MemoryPipeline();
    pipeline.replies.set(1, created);
    pipeline.refusals.set(2, 'Throttled');
    const entries = file(entry(), entry(), entry(), entry());
    const { stdout, code } = await cli(pipeline, ['send', 'f', '--wait', '--json'], entries);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      unanswered: [{ entry: 1, eventId: 'event-0' }, { entry: 4, eventId: 'event-3' }], // prettier-ignore
    });
  });

  test.each([
    [['--command', 'x'], 30],
    [['--query', 'customerCount'], 180],
    [['--query', 'customerCount', '--timeout', '86400'], 86_400],
  ])('of %j waits for %d s', async (args, seconds) => {
    const pipeline = new MemoryPipeline();
    await cli(pipeline, ['send', ...args, '--wait']);
    expect(pipeline.timeoutMs).toBe(seconds * 1000);
  });

  test('says that an answer is stale on its first line', async () => {
    const pipeline = new MemoryPipeline();
    pipeline.replies.set(0, { kind: 'orderQueryResponse', detail: { query: 'customerCount', queryStatus: 200, queryResult: [], stale: true } }); // prettier-ignore
    const { stdout, code } = await cli(pipeline, ['send', '--query', 'customerCount', '--wait']);
    expect(stdout.split('\n')[0]).toContain('✓ customerCount  200  (stale)');
    expect(code).toBe(0);
  });
});

test('one call to the bus takes ten entries and 250,000 bytes at most', () => {
  const of = (bytes: number) => ({ source: 's', detailType: 't', detail: 'x'.repeat(bytes) });
  const sizes = (...bytes: number[]) => inBatches(bytes.map(of)).map((batch) => batch.length);
  expect(sizes(...Array.from({ length: 21 }, () => 1))).toEqual([10, 10, 1]);
  expect(sizes(100_000, 100_000, 100_000, 240_000, 20_000)).toEqual([2, 1, 1, 1]);
});

test('the queries that flags are checked for are the ones that there are, each with its fields', () => {
  const there = [itemsSalesReport, monthlySalesByItem, orderById, ordersByCustomer, customersByItem, customersByTag, customerCount]; // prettier-ignore
  expect(QUERIES).toEqual(Object.fromEntries(there.map(({ name, fields }) => [name, Object.keys(fields)])));
  expect(Object.keys(QUERIES)).toEqual(expect.arrayContaining(queries.map(({ name }) => name)));
});

test.each([
  ['2022-10-13T19:00:00Z', '2022-10-13T19:00:00.000Z'],
  ['2022-10-13T19:00Z', '2022-10-13T19:00:00.000Z'],
  ['2022-10-13T19:00:00.25+02:00', '2022-10-13T17:00:00.250Z'],
  ...['5', '2022', '2022-10-13', '2022-10-13 19:00:00Z', '2022-10-13T19:00:00', '2022-10-13T24:00:00Z', '2022-02-30T00:00:00Z', '2022-13-01T00:00:00Z', '2022-10-13T19:60:00Z', '2022-10-13T19:00:00z', '2022-10-13T19:00:00+0200', 'Thu, 13 Oct 2022 19:00:00 GMT'].map((text) => [text, undefined]), // prettier-ignore
])('the time %s is %s', (text = '', expected) => {
  expect(readIsoTime(text)?.toISOString()).toBe(expected);
});
