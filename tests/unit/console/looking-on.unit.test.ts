/** How the console keeps up with executions, logs and the stream, and what it makes of them. */
import { describe, expect, test } from '@jest/globals';
import type { ExecutionRow, Visit } from '../../../console/api';
import { causalLine, type Sources } from '../../../console/local/causal';
import { rowOf, type Described } from '../../../console/local/execution-row';
import { createFeed } from '../../../console/local/feed';
import { tailLog, type LogLine } from '../../../console/local/logs';
import { repeat } from '../../../console/local/repeat';
import { recordedOf } from '../../../console/local/workflow';
import { until } from '../../support/send';
import { command, createOrder, query } from '../../statemachine/case';

const started = new Date('2026-01-02T03:04:05Z');
const later = (ms: number): Date => new Date(started.getTime() + ms);

const described = (name: string, more: Partial<Described> = {}): Described => ({
  name,
  status: 'SUCCEEDED',
  startedAt: started,
  endedAt: later(200),
  input: JSON.stringify(command('e-1', createOrder())),
  output: JSON.stringify({ commandStatus: 'orderCreated', version: 1 }),
  ...more,
});

describe('a row', () => {
  const output = (value: object): Partial<Described> => ({ output: JSON.stringify(value) });
  test.each<[string, Partial<Described>, Partial<ExecutionRow>]>([
    ['a create', {}, { kind: 'createOrder', subject: 'order#6101', eventId: 'e-1', outcome: 'done', answer: 'orderCreated, version 1' }],
    ['a duplicate', output({ commandStatus: 'orderCreated', version: 1, duplicate: true }), { outcome: 'done', answer: 'orderCreated, version 1, duplicate' }],
    ['a refusal', output({ commandStatus: 'rejected', errors: [{ code: 'a' }, { code: 'b' }, { code: 'a' }] }), { outcome: 'refused', answer: 'a, b' }],
    ['a query', { input: JSON.stringify(query('e-2', { query: 'orderById', orderId: '1' })), ...output({ queryStatus: 200, queryResult: [{}], stale: true }) }, { kind: 'orderById', subject: 'order#1', outcome: 'done', answer: '200, 1 row, stale' }],
    ['an order that is not there', output({ queryStatus: 404, queryResult: [] }), { outcome: 'refused', answer: '404, 0 rows' }],
    ['one that runs', { status: 'RUNNING' }, { outcome: 'running' }],
    ['one that failed', { status: 'FAILED', error: 'OrderPipeline.NotAnEvent', input: '7' }, { outcome: 'failed', kind: 'no event', answer: 'OrderPipeline.NotAnEvent' }],
    ['a customer’s', { input: JSON.stringify(command('e', { command: 'forgetCustomer', customerId: 'c-1' })) }, { subject: 'customer#c-1' }],
    ['fields of any type', { input: JSON.stringify(command('e', { command: 7, orderId: {} })) }, { kind: 'orderCommand', subject: '' }],
  ])('of %s', (_, more, expected) => {
    expect(rowOf(described('x', more))).toMatchObject(expected);
  }); // prettier-ignore
});

describe('the feed', () => {
  /** Executions, newest first; those of `running` have not ended. */
  function workflowOf(names: string[], running = new Set<string>()) {
    const asked: string[] = [];
    const list = (next = '0') => {
      const start = Number(next);
      const executions = names
        .slice(start, start + 3)
        .map((name) => ({ name, running: running.has(name), startedAt: later(Number(name)) }));
      return Promise.resolve({ executions, ...(start + 3 < names.length && { next: String(start + 3) }) });
    };
    const describe = (name: string) => {
      asked.push(name);
      const status = running.has(name) ? 'RUNNING' : 'SUCCEEDED';
      return Promise.resolve(described(name, { status, startedAt: later(Number(name)) }));
    };
    return { list, describe, asked };
  }
  const names = (feed: ReturnType<typeof createFeed>, more = {}) =>
    feed.page({ limit: 100, ...more }).executions.map(({ name }) => name);

  test('describes each execution once, newest first on the page, and running ones until they end', async () => {
    const all = ['4', '3', '2', '1'];
    const running = new Set(['3']);
    const workflow = workflowOf(all, running);
    const feed = createFeed(workflow);
    await feed.poll();
    expect(names(feed)).toEqual(['4', '3', '2', '1']);
    expect(names(feed, { outcome: 'running' })).toEqual(['3']);
    running.clear();
    all.unshift('5');
    await feed.poll();
    await feed.poll();
    expect(names(feed, { outcome: 'running' })).toEqual([]);
    expect(workflow.asked.sort()).toEqual(['1', '2', '3', '3', '4', '5']);
  });

  test('reads on through the pages until it meets what it knows', async () => {
    const all = ['1'];
    const feed = createFeed(workflowOf(all));
    await feed.poll();
    for (let n = 2; n <= 20; n += 1) all.unshift(String(n));
    await feed.poll();
    expect(names(feed)).toHaveLength(20);
  });

  test('forgets the oldest, says so, and does not describe them again', async () => {
    const all = ['6', '5', '4', '3', '2', '1'];
    const workflow = workflowOf(all);
    const feed = createFeed(workflow, 4);
    await feed.poll();
    expect(names(feed)).toEqual(['6', '5', '4', '3']);
    all.unshift('7');
    await feed.poll();
    expect(names(feed)).toEqual(['7', '6', '5', '4']);
    expect(feed.page({ limit: 1 }).forgotten).toBe(true);
    const { length } = workflow.asked;
    await feed.poll();
    expect(workflow.asked).toHaveLength(length);
  });

  test('filters by kind, outcome and a part of an id, and says how many there are', async () => {
    const feed = createFeed(workflowOf(['2', '1']));
    await feed.poll();
    expect(names(feed, { kind: 'cancelOrder' })).toEqual([]);
    expect(names(feed, { kind: 'createOrder', id: '610' })).toEqual(['2', '1']);
    expect(names(feed, { id: 'e-2' })).toEqual([]);
    expect(feed.page({ limit: 1 })).toMatchObject({ matching: 2, remembered: 2, forgotten: false });
  });
});

describe('the log', () => {
  const line = (timestamp: number, message: object | string): LogLine => ({
    timestamp,
    message: typeof message === 'string' ? message : JSON.stringify(message),
  });

  test('tells when a change was projected, how late a batch was, when a query was answered, what lies in quarantine', async () => {
    const lines = [
      line(1, 'START RequestId: 1'),
      line(2, { message: 'Projected', timestamp: '2026-01-02T03:04:06.000Z', changes: ['order#1@2 e-1', 'order#2@deleted'] }),
      line(3, { _aws: { Timestamp: 1_767_323_046_000 }, ProjectionLag: 120 }),
      line(4, { message: 'Answered', timestamp: '2026-01-02T03:04:07.000Z', eventId: 'e-2', milliseconds: 9 }),
      line(5, { message: 'Record quarantined', timestamp: '2026-01-02T03:04:08.000Z', pk: 'order#3', reason: 'items: missing' }),
    ]; // prettier-ignore
    const since: number[] = [];
    const tail = tailLog((from) => {
      since.push(from);
      return Promise.resolve(lines.filter(({ timestamp }) => timestamp >= from));
    });
    await tail.poll();
    await tail.poll();
    expect(since).toEqual([0, 5]);
    expect(tail.projectedAt('order#1', 'e-1')).toBe('2026-01-02T03:04:06.000Z');
    expect(tail.projectedAt('order#1', 'e-2')).toBeUndefined();
    expect(tail.lag()).toEqual([{ at: '2026-01-02T03:04:06.000Z', milliseconds: 120 }]);
    expect(tail.answered('e-2')).toMatchObject({ milliseconds: 9 });
    expect(tail.quarantined('order#3')).toMatchObject({ reason: 'items: missing' });
  });
});

describe('the causal line', () => {
  const row = rowOf(described('x'));
  const iso = (ms: number): string => later(ms).toISOString();
  const path: Visit[] = [
    { state: 'Create Subject', basis: 'recorded', enteredAt: iso(100), leftAt: iso(110) },
    { state: 'Send Reply', basis: 'recorded', enteredAt: iso(110), leftAt: iso(120) },
  ];
  const sources = (more: { rows?: string; second?: string } = {}): Sources => ({
    logs: {
      projectedAt: (subject, eventId) => (subject === 'order#6101' && eventId === 'e-1' ? more.rows : undefined),
      quarantined: () => undefined,
      answered: () => undefined,
    },
    stream: {
      recordOf: () =>
        more.second === undefined ? undefined : { createdAt: more.second, sequenceNumber: '7', version: '1' },
    },
  });
  const told = (...args: Parameters<typeof causalLine>) =>
    causalLine(...args).map(({ what, state, at }) => [what, state, at]);

  test('leads from the event to the rows, each with the time that is known', () => {
    expect(told(row, path, '2022-10-13T19:00:00Z', sources({ rows: iso(400), second: iso(0) }))).toEqual([
      ['Event', 'known', undefined],
      ['Workflow', 'known', iso(0)],
      ['Item', 'known', iso(110)],
      ['Stream record', 'known', undefined],
      ['Reply', 'known', iso(120)],
      ['Rows', 'known', iso(400)],
    ]);
  });

  test('rows may be there before the reply', () => {
    const order = told(row, path, '', sources({ rows: iso(115) })).map(([what]) => what);
    expect(order.slice(-2)).toEqual(['Rows', 'Reply']);
  });

  test('what no source tells is awaited or unknown, and has no time', () => {
    const line = told(row, path, '', sources());
    expect(line).toContainEqual(['Stream record', 'unknown', undefined]);
    expect(line).toContainEqual(['Rows', 'waiting', undefined]);
  });

  test.each([
    ['a refusal', rowOf(described('x', { output: '{"commandStatus":"rejected","errors":[]}' }))],
    ['a duplicate', rowOf(described('x', { output: '{"commandStatus":"orderCreated","version":1,"duplicate":true}' }))],
  ])('of %s has no rows', (_, refused) => {
    const line = told(refused, path, '', sources({ rows: iso(1) }));
    expect(line).toContainEqual(['Item', 'none', undefined]);
    expect(line.map(([what]) => what)).not.toContain('Rows');
  });

  test('of what was parked tells of no reply', () => {
    const parked: Visit[] = [{ state: 'Park Event', basis: 'recorded', leftAt: iso(50) }];
    const failed = rowOf(described('x', { status: 'FAILED', error: 'X' }));
    expect(told(failed, parked, '', sources())).toContainEqual(['Parked', 'none', iso(50)]);
  });
});

test('a history becomes attempts and passages, with a failed attempt’s error', () => {
  const resource = 'arn:aws:states:::dynamodb:putItem';
  const { attempts, passages } = recordedOf({ executionArn: 'x', stateMachineArn: 'y', startDate: started, status: 'SUCCEEDED' }, [
    { id: 1, timestamp: started, type: 'ParallelStateEntered', stateEnteredEventDetails: { name: 'A', input: '1' } },
    { id: 2, timestamp: later(1), type: 'TaskScheduled', taskScheduledEventDetails: { resource, resourceType: 'states', region: '', parameters: '' } },
    { id: 3, timestamp: later(2), type: 'TaskFailed', taskFailedEventDetails: { resource, resourceType: 'states', error: 'Busy', cause: 'later' } },
    { id: 4, timestamp: later(3), type: 'TaskScheduled', taskScheduledEventDetails: { resource: 'putItem', resourceType: 'dynamodb', region: '', parameters: '' } },
    { id: 5, timestamp: later(4), type: 'TaskSucceeded', taskSucceededEventDetails: { resource, resourceType: 'states', output: '{}' } },
    { id: 6, timestamp: later(5), type: 'ParallelStateExited', stateExitedEventDetails: { name: 'A', output: '2' } },
  ]); // prettier-ignore
  const iso = (ms: number): string => later(ms).toISOString();
  expect(attempts).toEqual([
    { resource, scheduledAt: iso(1), endedAt: iso(2), error: 'Busy', cause: 'later' },
    { resource, scheduledAt: iso(3), endedAt: iso(4), output: '{}' },
  ]);
  expect(passages).toEqual([{ state: 'A', enteredAt: iso(0), leftAt: iso(5), input: '1', output: '2' }]);
});

test('work that fails is told to whoever asks, done again, and ended', async () => {
  let fine = false;
  let turns = 0;
  const repeated = repeat(1, () => {
    turns += 1;
    return fine ? Promise.resolve() : Promise.reject(new Error('away'));
  });
  await until('the error', () => repeated.well().then(() => false, () => true)); // prettier-ignore
  await expect(repeated.well()).rejects.toThrow('away');
  fine = true;
  await until('its end', () => repeated.well().then(() => true, () => false)); // prettier-ignore
  await repeated.stop();
  const after = turns;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(turns).toBe(after);
});
