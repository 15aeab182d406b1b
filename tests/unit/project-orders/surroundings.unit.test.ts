/** What stands around the projection: reading the orders table, keeping bad records, logs and metrics. */
import { describe, expect, test } from '@jest/globals';
import {
  connectOrdersTable,
  OrdersTableUnavailable,
  type BatchGet,
} from '../../../functions/project-orders/orders-table';
import { quarantineRow } from '../../../functions/project-orders/quarantine';
import { badRecord } from '../../../functions/project-orders/read-batch';
import { addMetrics, lagOf, logSummary } from '../../../functions/project-orders/report';
import { order, put } from '../../support/stream';

describe('connectOrdersTable', () => {
  const noWait = () => Promise.resolve();
  const keysOf = (input: Parameters<BatchGet>[0]) => input.RequestItems['orders']?.Keys ?? [];

  test('asks consistently, 100 keys at a time, and again for what was left unread', async () => {
    const asked: number[] = [];
    const batchGet: BatchGet = (input) => {
      const keys = keysOf(input);
      asked.push(keys.length);
      expect(input.RequestItems['orders']?.ConsistentRead).toBe(true);
      const [read, left] = [keys.slice(0, 60), keys.slice(60)];
      return Promise.resolve({
        Responses: { orders: read.filter(({ pk }) => pk.S !== 'order#7') },
        UnprocessedKeys: left.length > 0 ? { orders: { Keys: left } } : {},
      });
    };
    const pks = Array.from({ length: 130 }, (_, n) => `order#${n}`);
    const found = await connectOrdersTable('orders', batchGet, noWait).read(pks);
    expect(asked).toEqual([100, 40, 30]);
    expect([...found.keys()]).toEqual(pks.filter((pk) => pk !== 'order#7'));
  });

  test('a table that leaves everything unread, or fails, is unavailable', async () => {
    const leaving: BatchGet = (input) => Promise.resolve({ UnprocessedKeys: { orders: { Keys: keysOf(input) } } });
    const failing: BatchGet = () => Promise.reject(new Error('ThrottlingException'));
    for (const batchGet of [leaving, failing]) {
      await expect(connectOrdersTable('orders', batchGet, noWait).read(['order#1'])).rejects.toThrow(OrdersTableUnavailable); // prettier-ignore
    }
  });
});

describe('quarantineRow', () => {
  test('gives a record without an id one that is always the same, and only the same for the same record', () => {
    const ids = [{ a: 1 }, { a: 1 }, { a: 2 }, undefined].map(
      (record) => quarantineRow(badRecord(record, 'bad')).eventId,
    );
    expect(ids[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
  });

  test('cuts the error to its column', () => {
    expect(quarantineRow(badRecord({}, 'x'.repeat(2000))).error).toHaveLength(1000);
  });
});

describe('report', () => {
  const summary = {
    projected: Array.from({ length: 101 }, (_, n) => ({ pk: `order#o${n}`, version: 2, status: 'active' as const, eventId: `e${n}` })), // prettier-ignore
    quarantined: [badRecord({ eventID: 'id', dynamodb: { Keys: { pk: { S: 'order#x' } } } }, 'why')],
    skipped: 3,
    retries: 1,
  };

  test('names each subject with its version and event, 100 a line, and each record in quarantine', () => {
    const lines: unknown[][] = [];
    const note = (...line: unknown[]): void => void lines.push(line);
    logSummary({ info: note, warn: note }, [1, 2], summary);
    expect(lines[0]).toEqual([
      'Batch projected',
      { records: 2, projected: 101, quarantined: 1, skipped: 3, retries: 1 },
    ]);
    expect(lines[1]).toEqual(['Projected', { changes: expect.arrayContaining(['order#o0@2 e0', 'order#o99@2 e99']) }]);
    expect(lines[2]).toEqual(['Projected', { changes: ['order#o100@2 e100'] }]);
    expect(lines[3]).toEqual(['Record quarantined', { pk: 'order#x', reason: 'why', eventID: 'id' }]);
  });

  test('the lag is the age of the oldest record, in milliseconds', () => {
    const record = put(order('o'));
    const older = { dynamodb: { ApproximateCreationDateTime: 1_664_963_990.5 } };
    expect(lagOf([record, older, { dynamodb: {} }], 1_664_964_001_000)).toBe(10_500);
    expect(lagOf([record], 0)).toBe(0);
    expect(lagOf(['junk'], 1)).toBeUndefined();
  });

  test('metrics', () => {
    const added: unknown[][] = [];
    const metrics = { addMetric: (...metric: unknown[]): void => void added.push(metric) };
    addMetrics(metrics, summary, 10);
    expect(added).toEqual([
      ['ProjectedChanges', 'Count', 101],
      ['SkippedRecords', 'Count', 3],
      ['QuarantinedRecords', 'Count', 1],
      ['Retries', 'Count', 1],
      ['ProjectionLag', 'Milliseconds', 10],
    ]);
  });
});
