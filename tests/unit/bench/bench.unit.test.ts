/** What the benchmarks stand on: what is delivered, what is told of it, and the proxy. */
import { describe, expect, test } from '@jest/globals';
import { connect, createServer, type AddressInfo } from 'node:net';
import { startDelayingProxy } from '../../../bench/delaying-proxy';
import { newest } from '../../../bench/end-state';
import { readOptions } from '../../../bench/options';
import { makeOrder, recordOf } from '../../../bench/orders';
import { batchesOf, ordersBefore, type Share } from '../../../bench/scenarios';
import { spreadOf } from '../../../bench/statistics';
import { orders } from '../../../functions/project-orders/orders';
import { readBatch } from '../../../functions/project-orders/read-batch';

const share = (scenario: Share['scenario']): Share => ({ scenario, first: 500, orders: 1_000, batch: 100 });

const key = ({ orderid, version }: { orderid: string; version: number }): string => `${orderid}@${version}`;

describe('what is delivered', () => {
  test('fresh orders are new, replayed ones are there, updated ones are newer', () => {
    expect(ordersBefore(share('fresh'))).toEqual([]);
    expect(batchesOf(share('fresh'))).toHaveLength(10);
    expect(batchesOf(share('replayed')).flat().map(key)).toEqual(ordersBefore(share('replayed')).map(key));
    expect(newest([...ordersBefore(share('updated')), ...batchesOf(share('updated')).flat()])).toEqual(
      batchesOf(share('updated')).flat(),
    );
  });

  test('of a mixed batch, eight of ten are new, one changes what is there, one is there', () => {
    const there = new Map(ordersBefore(share('mixed')).map((order) => [order.orderid, order.version]));
    for (const batch of batchesOf(share('mixed'))) {
      const versions = batch.map(({ orderid, version }) => version - (there.get(orderid) ?? 0));
      expect(versions.filter((more) => more === 0)).toHaveLength(10);
      expect(batch.filter(({ orderid, version }) => there.has(orderid) && version === 2)).toHaveLength(10);
      expect(batch.filter(({ orderid }) => !there.has(orderid))).toHaveLength(80);
      expect(new Set(batch.map(({ orderid }) => orderid)).size).toBe(100);
    }
  });

  test('is what the projection takes for good, with 2.95 items an order', () => {
    const made = Array.from({ length: 2_000 }, (_, n) => makeOrder(n));
    const { changes, bad } = readBatch(orders, made.map(recordOf));
    expect(bad).toEqual([]);
    expect(changes).toHaveLength(2_000);
    expect(made.flatMap(({ items }) => items)).toHaveLength(5_900);
  });
});

test('a spread tells the smallest, the middle and the largest', () => {
  expect(spreadOf([30, 10, 20])).toEqual({ min: 10, median: 20, max: 30 });
  expect(spreadOf([40, 10, 20, 30])).toEqual({ min: 10, median: 25, max: 40 });
});

test('what cannot be measured is refused, with words', () => {
  expect(() => readOptions(['--only', 'queries,nothing'])).toThrow('Usage');
  expect(() => readOptions(['--fast'])).toThrow('Usage');
  expect(() => readOptions(['--quick', '--publish', '--only', 'rebuild'])).toThrow('whole run');
  expect(readOptions(['--quick', '--only', 'queries'])).toMatchObject({ isQuick: true, parts: ['queries'] });
});

test('a whole run is published, and losses alone; some parts would leave the page without the others', () => {
  const isPublished = (...args: string[]): boolean => readOptions(args).isPublished;
  expect([isPublished(), isPublished('--only', 'losses'), isPublished('--quick', '--publish')]).toEqual([true, true, true]); // prettier-ignore
  expect([isPublished('--only', 'queries,losses'), isPublished('--quick')]).toEqual([false, false]);
});

test('the proxy counts a round trip for each answer, and passes on in order', async () => {
  const echo = createServer((socket) => socket.on('data', (data) => socket.write(data)));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  const proxy = await startDelayingProxy((echo.address() as AddressInfo).port, 20);
  const client = connect(proxy.port, '127.0.0.1');
  for (const words of ['one', 'two', 'three']) {
    client.write(words);
    expect(String(await new Promise((resolve) => client.once('data', resolve)))).toBe(words);
  }
  expect(proxy.roundTrips()).toBe(3);
  client.destroy();
  await proxy.close();
  await new Promise((resolve) => echo.close(resolve));
});
