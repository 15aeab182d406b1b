/** What the benchmark measures is a rebuild: from a recorded scan it comes to the same read model. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rebuildFromRecording, type Recording } from '../../../bench/rebuild';
import type { Item } from '../../../functions/rebuild-read-model/scan';
import { withPassword } from '../../../functions/shared/database';
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
  expect(await rebuildFromRecording(withPassword(own.config), recording)).toMatchObject({ items: 97 });
  await expectExact(own.connect(), orders, registered);
});
