/** What the comparison of losses stands on: what is delivered, how, and what is told of the end. */
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { compare, faultOf, type FoundOrder } from '../../../bench/losses/compare';
import { deliverAll, type Clock } from '../../../bench/losses/mapping';
import { lossesInShort, lossesReport } from '../../../bench/losses/report';
import { startOutageProxy } from '../../../bench/losses/outage-proxy';
import { makeStream, poisonIn, wanted } from '../../../bench/losses/records';
import { makeOrder, type MadeOrder } from '../../../bench/orders';
import { report } from '../../../bench/report';
import { merged, type Results } from '../../../bench/results';
import { orders } from '../../../functions/project-orders/orders';
import { readBatch } from '../../../functions/project-orders/read-batch';

const PLAN = { orders: 2_000, seed: 7, kills: 10 };

describe('the stream', () => {
  const entries = makeStream(PLAN);

  test('is told by its seed', () => {
    const told = (seed: number) => makeStream({ ...PLAN, seed }).map(({ order, killAfter }) => [order, killAfter]);
    expect(told(7)).toEqual(told(7));
    expect(told(8)).not.toEqual(told(7));
  });

  test('has all that goes wrong in it', () => {
    const places = new Map<string, number[]>();
    entries.forEach(({ order }) => {
      if (order !== undefined) places.set(order.orderid, [...(places.get(order.orderid) ?? []), order.version]);
    });
    const versions = [...places.values()];
    expect(versions.filter((its) => its.length > new Set(its).size).length).toBeGreaterThan(50); // duplicates
    expect(versions.filter((its) => its.some((version, n) => version < (its[n - 1] ?? 0))).length).toBeGreaterThan(5);
    const end = wanted(entries);
    expect(end.filter(({ status }) => status === 'cancelled').length).toBeGreaterThan(100);
    expect(end.filter(({ version }) => version > 1).length).toBeGreaterThan(400);
    expect(end.flatMap(({ items }) => items).filter(({ quantity }) => quantity > 32_767).length).toBeGreaterThan(3);
    expect(entries.filter(({ killAfter }) => killAfter !== undefined)).toHaveLength(PLAN.kills);
  });

  test('can be projected but for the poison, of which no order should be there', () => {
    const good = entries.filter(({ order }) => order !== undefined);
    const poison = entries.filter(({ order }) => order === undefined);
    expect(readBatch(orders, good.map(({ record }) => record)).bad).toEqual([]); // prettier-ignore
    expect(readBatch(orders, poison.map(({ record }) => record)).changes).toEqual([]); // prettier-ignore
    expect(poisonIn(entries)).toBeGreaterThan(10);
    expect(wanted(entries)).toHaveLength(PLAN.orders - poisonIn(entries));
  });
});

describe('an order counts once, by the worst that is wrong with it', () => {
  const order = makeOrder(3); // of three items
  const [first, second, third] = order.items;
  if (first === undefined || second === undefined || third === undefined) throw new Error('three are needed');
  const found = (items: FoundOrder['items'], status = 'active'): FoundOrder => ({ status, items });
  const changed: MadeOrder = { ...order, version: 2 };
  const cancelled: MadeOrder = { ...order, version: 2, status: 'cancelled' };
  const other = { ...first, quantity: first.quantity + 1 };

  test.each([
    ['right', order, found(order.items), undefined],
    ['right, in another order', order, found([third, first, second]), undefined],
    ['missing', order, undefined, 'lost'],
    ['without items', order, found([]), 'withoutItems'],
    ['with a part of them', order, found([first, third]), 'halfOfItems'],
    ['with one twice', order, found([...order.items, first]), 'doubledItems'],
    ['in a quantity that was cut', order, found([other, second, third]), 'wrongQuantity'],
    ['not changed', changed, found([other, second, third]), 'changeMissed'],
    ['not cancelled', cancelled, found(order.items), 'cancellationMissed'],
    ['cancelled', cancelled, found(order.items, 'cancelled'), undefined],
  ] as const)('%s', (_, one, its, fault) => {
    expect(faultOf(one, its)).toBe(fault);
  });

  test('and so do rows of the report, and orders that should not be there', () => {
    const report = new Map(order.items.map(({ itemid, quantity }) => [itemid, quantity]));
    const right = { orders: new Map([[order.orderid, found(order.items)]]), report };
    expect(compare([order], right)).toMatchObject({ lost: 0, surplus: 0, reportRows: 0 });
    expect(compare([cancelled], right)).toMatchObject({ cancellationMissed: 1, reportRows: 3 });
    expect(compare([], right)).toMatchObject({ surplus: 1, reportRows: 3 });
    expect(compare([order], { orders: new Map(), report: new Map() })).toMatchObject({ lost: 1, reportRows: 3 });
  });
});

describe('deliveries', () => {
  /** A clock that is as far as it was slept. */
  const clockOf = (): Clock & { time: number } => ({
    time: 0,
    now() {
      return this.time;
    },
    sleep(ms) {
      this.time += ms;
      return Promise.resolve();
    },
  });

  const run = async (
    mapping: { batch: number; retries: number },
    fails: (batch: readonly number[], time: number) => boolean,
  ) => {
    // prettier-ignore
    const [clock, batches] = [clockOf(), [] as (readonly number[])[]];
    const entries = Array.from({ length: 20 }, (_, n) => n);
    const counts = await deliverAll(entries, 10, mapping, (batch) => {
      batches.push(batch);
      return Promise.resolve(!fails(batch, clock.time));
    }, clock); // prettier-ignore
    return { counts, batches };
  };

  test('come one by one at their pace', async () => {
    const { counts, batches } = await run({ batch: 1, retries: 2 }, () => false);
    expect(batches).toEqual(Array.from({ length: 20 }, (_, n) => [n]));
    expect(counts).toEqual({ invocations: 20, failures: 0, dropped: 0 });
  });

  test('that fail come again, before what comes then, which grows meanwhile', async () => {
    const { counts, batches } = await run({ batch: 100, retries: Infinity }, ([first], time) => first === 5 && time < 1_200); // prettier-ignore
    expect(counts.failures).toBeGreaterThan(1);
    expect(counts.dropped).toBe(0);
    const done = batches.filter((batch, n) => batch[0] !== batches[n + 1]?.[0]).flat();
    expect(done).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(batches.some((batch) => batch.length > 3)).toBe(true);
  });

  test('are given up after so many tries', async () => {
    const { counts } = await run({ batch: 1, retries: 2 }, ([first]) => first === 5);
    expect(counts).toEqual({ invocations: 22, failures: 3, dropped: 1 });
  });
});

test('the proxy tells when a statement has gone, and refuses everybody while the database is away', async () => {
  const received: Buffer[] = [];
  const server = createServer((socket) => socket.on('data', (data) => received.push(data)).on('error', () => undefined)); // prettier-ignore
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = await startOutageProxy((server.address() as AddressInfo).port);
  const open = async (): Promise<Socket> => {
    const socket = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
    await new Promise((resolve) => socket.once('connect', resolve));
    return socket;
  };
  const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));
  const statement = Buffer.from([5, 0, 0, 0, 3, 83, 69, 76, 76]);
  const client = await open();
  const second = new Promise<void>((resolve) => {
    proxy.afterStatements(2, resolve);
  });
  for (const data of [Buffer.from([9, 0, 0, 1, 3, 0, 0]), statement, statement]) {
    client.write(data);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await second;
  expect(Buffer.concat(received)).toHaveLength(7 + 2 * statement.length);
  const ended = closed(client);
  proxy.cut();
  await ended;
  await closed(await open());
  proxy.mend();
  (await open()).destroy();
  await proxy.close();
  await new Promise((resolve) => server.close(resolve));
});

test('the README and the page of benchmarks say what bench/results.json holds', () => {
  const results = JSON.parse(readFileSync('bench/results.json', 'utf8')) as Results;
  const { losses } = results;
  if (losses === undefined) throw new Error('npm run bench -- --only losses');
  const lines = (text: string): string[] =>
    text.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' ').replaceAll(/-{3,}/g, '---').trim());
  expect(lines(readFileSync('README.md', 'utf8'))).toEqual(expect.arrayContaining(lines(lossesInShort(losses))));
  const page = lines(readFileSync('docs/benchmarks.md', 'utf8')).join('\n');
  expect(page).toContain(lines(lossesReport(losses)).join('\n'));
  for (const section of report(results, '').split('\n\n')) expect(page).toContain(lines(section).join('\n'));
});

test('what is published of losses is from the run with the most orders; they alone change nothing else', () => {
  const losses = (count: number) => ({ plan: { orders: count } }) as Results['losses'];
  const results = (more: object) => ({ mode: 'full', ...more }) as Results;
  const old = results({ commit: 'old', queries: [], losses: losses(5) });
  expect(merged(old, results({ commit: 'new', losses: losses(5) }))).toMatchObject({ commit: 'old', queries: [] });
  expect(merged(old, results({ commit: 'new', rebuild: {} }))).toMatchObject({ commit: 'new', rebuild: {} });
  expect(merged(old, results({ commit: 'new', queries: [], losses: losses(1) }))).toMatchObject({ commit: 'new', losses: losses(5) }); // prettier-ignore
  expect(merged(results({ commit: 'old' }), results({ commit: 'new', losses: losses(1) }))).toMatchObject({ losses: losses(1) }); // prettier-ignore
});
