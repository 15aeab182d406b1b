/** The arithmetic of the bill, on numbers that can be worked out by hand. */
import { describe, expect, test } from '@jest/globals';
import { addedBy, billOf, durationLines, total } from '../../../costs/bill';
import { PRICES, type PriceName } from '../../../costs/prices';
import { SEED, seedFootprint } from '../../../costs/seed';
import { itemBytes, workflowLogBytes, writeUnits } from '../../../costs/sizes';
import type { Footprint, Stack } from '../../../costs/stack';
import { busyShare, capacityHours, executionGbHours, functionLog, invocations } from '../../../costs/usage';

const STACK: Stack = {
  ...SEED,
  natGateways: 0,
  publicAddresses: 0,
  minCapacity: 0,
  archiveDays: 73, // 2.4 months of 730 hours
  projector: { architecture: 'arm64', memoryMb: 512, batchSize: 10, windowSeconds: 0, shards: 1, logLevel: 'INFO' },
};
const FOOTPRINT: Footprint = {
  workflowLogBytes: { withPayloads: 30_000, without: 10_000 },
  commandBytes: 500,
  itemBytes: 1025,
  definitionBytes: 40_000,
  payloadBytes: 500,
  parallelSteps: 1,
  functionLog: { perInvocation: 300, perRecord: 50 },
  metricsLogBytes: 370,
  customMetrics: 0,
  projectorMs: { perInvocation: 10, perRecord: 0 },
};

const MILLION = { orders: 1e6, hours: 730 };
const costs = (stack: Stack, what: PriceName, service?: string): number =>
  total(
    billOf(stack, FOOTPRINT, MILLION).filter(
      (line) => line.what === what && line.service === (service ?? line.service),
    ),
  );

describe('a million orders', () => {
  test.each<[PriceName, number]>([
    ['EventBridge event', 2], // command and reply
    ['EventBridge archiving', 0.05], // 0.5 GB
    ['EventBridge archive', 0.0276], // 0.5 GB × 2.4 months × $0.023
    ['EXPRESS request', 1],
    ['DynamoDB storage', 0.28125], // 1,125 bytes each
    ['Lambda request', 0.2], // too far apart to share an invocation
    ['Lambda arm64', 0.066667], // 1e6 × 0.01 s × 0.5 GB
    ['Aurora I/O', 1.6],
  ])('%s', (what, usd) => {
    expect(costs(STACK, what)).toBeCloseTo(usd, 5);
  });

  test('a write of 1,025 bytes is two units, on demand and by the hour', () => {
    const { provisioned, ...onDemand } = STACK;
    expect(provisioned).toEqual({ read: 5, write: 5 });
    expect(costs(onDemand, 'DynamoDB write, on demand')).toBeCloseTo(1.25, 5);
    expect(costs(STACK, 'DynamoDB write, provisioned')).toBeCloseTo(5 * 730 * 0.00065, 5);
    const busy = billOf(STACK, FOOTPRINT, { orders: 1e6, hours: 100 }); // 2.8 a second, two units each
    expect(busy.find(({ what }) => what === 'DynamoDB write, provisioned')?.quantity).toBe(6 * 730);
  });

  test.each([
    ['ALL', true, 15],
    ['ALL', false, 5],
    ['ERROR', true, 0],
  ])('the workflow logs at level %s, payloads %s', (level, payloads, usd) => {
    const stack = { ...STACK, workflowLog: { level, payloads } };
    expect(costs(stack, 'logs taken in', 'Logs of the workflow')).toBeCloseTo(usd, 5);
  });
});

describe('idle', () => {
  test('what orders add and what is there without them are the whole, the hours of the database aside', () => {
    const whole = billOf(SEED, seedFootprint(), MILLION);
    const idle = billOf(SEED, seedFootprint(), { orders: 0, hours: 730 });
    expect(total(idle) + total(addedBy(SEED, seedFootprint(), MILLION))).toBeCloseTo(total(whole), 6); // its database is never asleep
  });

  test('two NAT gateways with their addresses, half a capacity unit, a secret, 10 GB, and five units each way', () => {
    const usd = 2 * 730 * (0.045 + 0.005) + 0.5 * 730 * 0.12 + 0.4 + 1 + 5 * 730 * (0.00065 + 0.00013);
    expect(total(billOf(SEED, seedFootprint(), { orders: 0, hours: 730 }))).toBeCloseTo(usd, 6);
  });

  test('no line costs nothing', () => {
    const lines = billOf(STACK, FOOTPRINT, { orders: 0, hours: 730 });
    expect(lines.map(({ what }) => what)).not.toContain('Aurora capacity');
    expect(lines.every(({ usd }) => usd > 0)).toBe(true);
  });
});

describe('use', () => {
  test('EXPRESS: 100 million executions of 10 seconds, as in AWS’s example', () => {
    expect(durationLines(17_361.11).map(({ usd }) => Number(usd.toFixed(2)))).toEqual([60, 120, 202.97]);
  });

  test('EXPRESS: 64 MB are enough up to 14 MB of definition and data', () => {
    expect(executionGbHours(FOOTPRINT, 18_000)).toBeCloseTo((18_000 * 0.2 * 0.0625) / 3600, 9);
    expect(executionGbHours({ ...FOOTPRINT, definitionBytes: 15e6 }, 1)).toBeCloseTo((0.2 * 0.125) / 3600, 9);
  });

  test('a database that may sleep is awake for its pause after each order', () => {
    expect(capacityHours(STACK, { orders: 0, hours: 730 })).toBe(0);
    expect(capacityHours(STACK, { orders: 1, hours: 730 })).toBeCloseTo((0.5 * 300) / 3600, 4);
    expect(capacityHours(STACK, MILLION)).toBeCloseTo(365, 3);
    expect(capacityHours({ ...STACK, minCapacity: 0.5 }, { orders: 1, hours: 730 })).toBe(365);
    expect(capacityHours(STACK, { orders: 100 * 3600, hours: 1 })).toBeCloseTo(2, 3); // 100 a second, 50 a unit
  });

  test('half of the time something happened within the last quarter of an hour, where that is ln 2 orders', () => {
    expect(busyShare({ orders: 4 * Math.LN2, hours: 1 }, 900)).toBeCloseTo(0.5, 9);
  });

  test('records share an invocation when more than one waits, up to the batch', () => {
    expect(invocations(STACK, { orders: 3600, hours: 1 })).toBe(3600);
    expect(invocations(STACK, { orders: 8 * 3600, hours: 1 })).toBe(4 * 3600);
    expect(invocations(STACK, { orders: 800 * 3600, hours: 1 })).toBe(80 * 3600);
    const patient = { ...STACK, projector: { ...STACK.projector, windowSeconds: 5 } };
    expect(invocations(patient, { orders: 3600, hours: 1 })).toBe(720);
  });

  test('a function that logs warnings only still writes its metrics and Lambda its own lines', () => {
    const warning = { ...STACK, projector: { ...STACK.projector, logLevel: 'WARN' } };
    expect(functionLog(STACK, FOOTPRINT, 10, 2)).toBe(2 * (330 + 370 + 300) + 10 * 50);
    expect(functionLog(warning, FOOTPRINT, 10, 2)).toBe(2 * (330 + 370));
  });
});

describe('sizes', () => {
  test('an item, as DynamoDB counts it', () => {
    // pk 2+3, n 1+2, list l 1+3, of one map 1+3, with its one entry 1, a 1+1
    expect(itemBytes({ pk: { S: 'ö-' }, n: { N: '-123' }, l: { L: [{ M: { a: { S: 'x' } } }] } })).toBe(
      5 + 4 + 4 + 4 + 1 + 2,
    );
  });

  test.each([
    [1, 1],
    [1024, 1],
    [1025, 2],
  ])('%d bytes are written by %d units', (bytes, units) => {
    expect(writeUnits(bytes)).toBe(units);
  });

  test('without payloads a log line has no data', () => {
    const line = [{ type: 'PassStateEntered', details: { name: 'A', input: '"data"' } }];
    const bare = [{ type: 'PassStateEntered', details: { name: 'A' } }];
    expect(workflowLogBytes(line, false)).toBe(workflowLogBytes(bare, true));
    expect(workflowLogBytes(line, true) - workflowLogBytes(line, false)).toBe(
      ',"input":"\\"data\\"","inputDetails":{"truncated":false}'.length,
    );
  });
});

test.each(Object.entries(PRICES))('the price of %s has a source with a date', (_, { usd, source }) => {
  expect(usd).toBeGreaterThan(0);
  expect(source.url).toMatch(/^https:\/\//);
  expect(source.date).toMatch(/\d{4}-\d{2}-\d{2}$/);
});
