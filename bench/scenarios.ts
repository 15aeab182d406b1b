/** What is delivered: batches of orders, told by numbers alone, so that writers in threads of their own and the judge agree on them. */
import { makeOrder, type MadeOrder } from './orders';

export const SCENARIOS = ['fresh', 'replayed', 'mixed', 'updated'] as const;

export type Scenario = (typeof SCENARIOS)[number];

/** One writer's share of a run. */
export interface Share {
  readonly scenario: Scenario;
  /** Number of its first order: no two writers share an order. */
  readonly first: number;
  /** Orders that it has at most. */
  readonly orders: number;
  /** Records of one batch. */
  readonly batch: number;
}

/** What is there before the measuring begins. */
export function ordersBefore({ scenario, first, orders }: Share): MadeOrder[] {
  if (scenario === 'fresh') return [];
  return Array.from({ length: scenario === 'mixed' ? Math.ceil(orders / 5) : orders }, (_, n) => makeOrder(first + n));
}

/** Of ten records eight are new orders, one changes an order that is there, one is a duplicate. */
function mixedOrder({ first, orders }: Share, n: number): MadeOrder {
  const known = Math.ceil(orders / 5);
  const nth = Math.floor(n / 10);
  if (n % 10 === 8) return makeOrder(first + nth, 2);
  if (n % 10 === 9) return makeOrder(first + Math.floor(known / 2) + nth);
  return makeOrder(first + known + n);
}

function orderAt(share: Share, n: number): MadeOrder {
  switch (share.scenario) {
    case 'fresh':
    case 'replayed':
      return makeOrder(share.first + n);
    case 'mixed':
      return mixedOrder(share, n);
    case 'updated':
      return makeOrder(share.first + n, 2);
  }
}

/** The batches, the first `count` of them or all. */
export function batchesOf(share: Share, count = Infinity): MadeOrder[][] {
  const total = Math.min(count, Math.max(1, Math.floor(share.orders / share.batch)));
  return Array.from({ length: total }, (_, b) =>
    Array.from({ length: share.batch }, (__, n) => orderAt(share, b * share.batch + n)),
  );
}
