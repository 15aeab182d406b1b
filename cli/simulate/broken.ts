/** Events that must be refused or parked, each with one fault or several. The soak sends them too. */
import { oneOf } from './random';

/** An event of the pipeline that cannot be done. */
export interface BrokenEvent {
  readonly kind: 'orderCommand' | 'orderQuery';
  readonly detail: unknown;
  /** Too large to be carried: parked, not answered. */
  readonly parked?: true;
}

const good = { itemid: 'i-1', quantity: 1 };
const create = (more: object): BrokenEvent => ({
  kind: 'orderCommand',
  detail: { command: 'createOrder', orderId: 'broken', items: [good], ...more },
});
const command = (detail: unknown): BrokenEvent => ({ kind: 'orderCommand', detail });
const query = (detail: unknown): BrokenEvent => ({ kind: 'orderQuery', detail });

const BROKEN: readonly [BrokenEvent, ...BrokenEvent[]] = [
  create({ orderId: undefined }),
  create({ orderId: 'a b' }),
  create({ orderId: 'x'.repeat(65) }),
  create({ orderId: 7 }),
  create({ items: [] }),
  create({ items: 'i-1' }),
  create({ items: null }),
  create({ items: Array.from({ length: 101 }, () => good) }),
  create({ items: [{ itemid: 'i-1', quantity: '3' }] }),
  create({ items: [{ itemid: 'i-1', quantity: 0 }] }),
  create({ items: [{ itemid: 'i-1', quantity: 1.5 }] }),
  create({ items: [{ itemid: 'i-1', quantity: 2 ** 63 }] }),
  create({ items: [good, { itemid: 'ü', quantity: 1 }] }),
  create({ customerId: '' }),
  create({ commandId: "'; DROP TABLE orders;--" }),
  command({ command: 'updateOrder', orderId: 'broken' }),
  command({ command: 'updateOrder', orderId: 'broken', items: [good], expectedVersion: '1' }),
  command({ command: 'cancelOrder' }),
  command({ command: 'cancelOrder', orderId: { $eval: '1' } }),
  command({ command: 'registerCustomer', customerId: 'broken', name: 'x'.repeat(201), email: 'a@b' }),
  command({ command: 'registerCustomer', customerId: 'broken', name: 'Ann', email: 'nobody' }),
  command({ command: 'forgetCustomer', customerId: null }),
  command({ command: 'registerItem', itemid: 'broken', name: 'A', tags: [' edge'] }),
  command({
    command: 'registerItem',
    itemid: 'broken',
    name: 'A',
    tags: Array.from({ length: 21 }, (_, n) => `t${n}`),
  }),
  command({ command: 'registerItem', itemid: 'broken', name: 'half a character: \ud83d', tags: [] }),
  command({ command: 'eatOrder', orderId: 'broken' }),
  command({ command: null }),
  command({}),
  { ...create({ padding: 'x'.repeat(210_000) }), parked: true },
  query({ query: 'weather' }),
  query({ query: 'monthlySalesByItem' }),
  query({ query: 'itemsSalesReport', limit: 501 }),
  query({ query: 'itemsSalesReport', nextToken: 'none of ours' }),
];

export const brokenEvent = (random: () => number): BrokenEvent => oneOf(BROKEN, random);
