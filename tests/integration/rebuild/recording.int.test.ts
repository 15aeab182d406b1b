/** What the benchmark measures is a rebuild: from a recorded scan it comes to the same read model. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fillSegment, rebuildBy, rebuildInstance } from '../../../bench/rebuild';
import type { Recording } from '../../../bench/recording';
import type { Item } from '../../../functions/rebuild-read-model/scan';
import { createTestDatabase, type TestDatabase } from '../../support/database';
import { expectExact } from '../../support/oracle';
import { customer, image, item, order } from '../../support/stream';

let own: TestDatabase;
beforeAll(async () => {
  own = await createTestDatabase();
});
afterAll(() => own.drop());

test('a recording of two segments', async () => {
  const orders = Array.from({ length: 95 }, (_, n) => order(`o${n}`, { customerid: `c${n % 3}`, items: [{ itemid: `z${n % 7}`, quantity: 1 + n }] })); // prettier-ignore
  const registered = { customers: [customer('c1')], items: [item('z1')] };
  const items = [...orders, ...registered.customers, ...registered.items].map((stored) => image(stored) as Item);
  const pagesOf = (some: readonly Item[]) => Array.from({ length: Math.ceil(some.length / 10) }, (_, n) => some.slice(n * 10, n * 10 + 10)); // prettier-ignore
  const pages = [pagesOf(items.slice(0, 40)), pagesOf(items.slice(40)), []];
  const recording: Recording = { segments: 3, pages: (segment) => pages[segment]?.length ?? 0, read: (segment, page) => pages[segment]?.[page] ?? [] }; // prettier-ignore
  const [first, second] = [rebuildInstance(own.config, recording), rebuildInstance(own.config, recording)];
  const fill = (run: string) => Promise.all([fillSegment(first, run, 0).then(() => fillSegment(first, run, 2)), fillSegment(second, run, 1)]); // prettier-ignore
  expect(await rebuildBy(first, 3, fill)).toMatchObject({ items: 97 });
  await Promise.all([first.close(), second.close()]);
  await expectExact(own.connect(), orders, registered);
});
