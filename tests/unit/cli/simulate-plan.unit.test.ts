/** The events of a load: told by its options alone, and each kind as often as was asked for. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { brokenEvent } from '../../../cli/simulate/broken';
import { createJudge } from '../../../cli/simulate/load/judge';
import { planOf, type Lane, type PlannedEvent, type PlanOptions } from '../../../cli/simulate/load/plan';
import { quantilesOf } from '../../../cli/simulate/load/tally';
import { isId } from '../../../functions/shared/contract';

const OPTIONS: PlanOptions = {
  orders: 2_000,
  customers: 50,
  items: 30,
  skew: 1,
  seed: 7,
  date: '2026-11-21',
  dup: 0,
  reorder: 0,
  broken: 0,
  poison: 0,
};

const share = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
const someOptions = fc.record({
  orders: fc.integer({ min: 1, max: 60 }),
  customers: fc.integer({ min: 1, max: 30 }),
  items: fc.integer({ min: 1, max: 30 }),
  skew: fc.integer({ min: 0, max: 30 }).map((tenths) => tenths / 10),
  seed: fc.nat(),
  date: fc.constantFrom('2026-11-21', '2027-01-01'),
  dup: share,
  reorder: share,
  broken: share,
  poison: share,
});

const eventsOf = (lanes: Iterable<Lane>): PlannedEvent[] => [...lanes].flatMap(({ steps }) => steps.flat());
const plan = (more: Partial<PlanOptions>): Lane[] => [...planOf({ ...OPTIONS, ...more })];
const detailOf = ({ detail }: PlannedEvent) => detail as Readonly<Record<string, unknown>>;
const orderIds = (lanes: readonly Lane[]): string[] => lanes.flatMap(({ orderId }) => orderId ?? []);

describe('the same options', () => {
  test('make the same events', () => {
    fc.assert(
      fc.property(someOptions, (options) => {
        expect([...planOf({ ...options })]).toEqual([...planOf({ ...options })]);
      }),
    );
  });

  test.each<Partial<PlanOptions>>([
    { orders: 2_001 },
    { customers: 51 },
    { items: 31 },
    { skew: 1.1 },
    { seed: 8 },
    { date: '2026-11-22' },
    { dup: 0.01 },
    { reorder: 0.01 },
    { broken: 0.01 },
    { poison: 0.01 },
  ])('and %j instead make orders that none of the first have', (other) => {
    const ids = new Set(orderIds(plan({})));
    expect(orderIds(plan(other)).filter((id) => ids.has(id))).toEqual([]);
  });
});

test('every id of what is not broken is an id of the contract, and flights lead from a city to another', () => {
  const lanes = plan({ orders: 100, customers: 1_000, items: 500, seed: 4_294_967_295 });
  for (const event of eventsOf(lanes)) {
    const { orderId, customerId, itemid, commandId, tags } = detailOf(event);
    for (const id of [orderId, customerId, itemid, commandId]) if (id !== undefined) expect(isId(id)).toBe(true);
    if (tags !== undefined) expect(new Set(tags as string[]).size).toBe(3);
  }
});

describe('shares', () => {
  const near = (share: number) => [OPTIONS.orders * share * 0.7, OPTIONS.orders * share * 1.3] as const;
  const expectNear = (count: number, share: number): void => {
    expect(count).toBeGreaterThan(near(share)[0]);
    expect(count).toBeLessThan(near(share)[1]);
  };

  test('dup: of the commands that many more, under the same keys, with the same expectations', () => {
    const once = eventsOf(plan({})).length;
    const events = eventsOf(plan({ dup: 0.1 })).filter((event) => detailOf(event)['orderId'] !== undefined);
    const keys = events.map((event) => JSON.stringify([detailOf(event)['orderId'], detailOf(event)['commandId'], event.expected])); // prettier-ignore
    const again = keys.length - new Set(keys).size;
    expect(again / (once - OPTIONS.customers - OPTIONS.items)).toBeCloseTo(0.1, 1);
    expect(events.filter((event) => detailOf(event)['attempt'] === 2).length).toBeGreaterThan(again / 4);
  });

  test('reorder: the change stands before what creates its order', () => {
    const early = plan({ reorder: 0.2 }).filter(({ steps }) => steps[0]?.[0]?.expected.as === 'done or too early');
    expectNear(early.length, 0.2);
    for (const { steps } of early)
      expect(steps.flat().map((event) => detailOf(event)['command'])).toEqual(['updateOrder', 'createOrder']);
  });

  test('broken: events that are refused or parked; poison: keys of the orders table', () => {
    const lanes = plan({ broken: 0.1, poison: 0.05 });
    const broken = eventsOf(lanes).filter(({ expected }) => ['refused', 'parked'].includes(expected.as));
    expectNear(broken.length, 0.1);
    expect(broken.filter(({ expected }) => expected.as === 'parked').length).toBeGreaterThan(0);
    const poison = lanes.flatMap(({ poison: key }) => key ?? []);
    expectNear(poison.length, 0.05);
    expect(new Set(poison).size).toBe(poison.length);
  });

  test('none of them: nothing but registrations, creations, changes and cancellations', () => {
    expect(new Set(eventsOf(plan({})).map(({ expected }) => expected.as))).toEqual(new Set(['done']));
  });
});

test('skew: with 0 all flights alike, with more the first one the most', () => {
  const ordersOfFirst = (skew: number): number =>
    eventsOf(plan({ skew, items: 10 })).filter((event) => JSON.stringify(detailOf(event)['items'] ?? '').includes('MU5159')).length; // prettier-ignore
  expect(ordersOfFirst(0)).toBeLessThan(OPTIONS.orders * 0.3);
  expect(ordersOfFirst(2)).toBeGreaterThan(OPTIONS.orders * 0.5);
});

test('of the broken events, the one that is too large is parked', () => {
  let state = 0;
  const all = Array.from({ length: 33 }, () => brokenEvent(() => (state += 1 / 34)));
  const sizes = all.filter(({ parked }) => parked).map(({ detail }) => JSON.stringify(detail).length);
  expect(sizes).toEqual([expect.any(Number)]);
  expect(sizes[0]).toBeGreaterThan(200_000);
});

describe('the judge', () => {
  const create: PlannedEvent = {
    kind: 'orderCommand',
    detail: { command: 'createOrder', orderId: 'o', commandId: 'k' },
    expected: { as: 'done', status: 'orderCreated', version: 1 },
  };
  const created = { commandStatus: 'orderCreated', version: 1 };
  const refused = (code: string) => ({ commandStatus: 'rejected', errors: [{ code }] });

  test('takes the first answer and its duplicates, in whatever order they come', () => {
    const judge = createJudge();
    const replies = [{ ...created, duplicate: true }, created, { ...created, duplicate: true }];
    expect(replies.map((reply) => judge.fault(create, reply))).toEqual([undefined, undefined, undefined]);
  });

  test('notices what took effect twice', () => {
    const judge = createJudge();
    judge.fault(create, created);
    expect(judge.fault(create, created)).toBe('it took effect twice');
  });

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['another status', refused('orderAlreadyExists'), 'it should be orderCreated'],
    ['another version', { ...created, version: 2 }, 'its version should be 1'],
  ])('notices %s', (_, reply, fault) => {
    expect(createJudge().fault(create, reply)).toBe(fault);
  });

  test('notices another answer under the same key', () => {
    const judge = createJudge();
    const early: PlannedEvent = {
      ...create,
      expected: { as: 'done or too early', status: 'orderUpdated', version: 2 },
    };
    expect(judge.fault(early, refused('orderNotFound'))).toBeUndefined();
    expect(judge.fault(early, { commandStatus: 'orderUpdated', version: 2 })).toMatch(/^another delivery was answered/);
  });

  test('notices what is accepted and should be refused, or answered and should be parked', () => {
    expect(createJudge().fault({ ...create, expected: { as: 'refused' } }, created)).toBe('it was not refused');
    expect(createJudge().fault({ ...create, expected: { as: 'refused' } }, refused('orderNotFound'))).toBe('it was not refused'); // prettier-ignore
    expect(createJudge().fault({ ...create, expected: { as: 'parked' } }, created)).toMatch(/should be parked/);
    expect(createJudge().fault({ ...create, expected: { as: 'refused' } }, refused('invalidCommand'))).toBeUndefined();
  });
});

test('quantiles are by the nearest rank', () => {
  const values = Array.from({ length: 200 }, (_, n) => 200 - n);
  expect(quantilesOf(values)).toEqual({ p50: 100, p99: 198, measured: 200 });
  expect(quantilesOf([5])).toEqual({ p50: 5, p99: 5, measured: 1 });
  expect(quantilesOf([])).toBeUndefined();
});
