/** Every path through the workflow that needs nothing injected between two calls, on the local cloud. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isObject } from '../support/asl-definition';
import { endpoint } from '../support/e2e-environment';
import { connectCloud, createCloudWorld, type Cloud } from '../support/workflow-cloud';
import { command, created, createOrder, storedOrder } from './case';
import { cases } from './cases';
import { checkCase } from './check-case';

let cloud: Cloud;
let worlds = 0;

const nextName = (): string => {
  worlds += 1;
  return `workflow-${process.pid}-${worlds}`;
};

beforeAll(async () => {
  cloud = await connectCloud(endpoint());
});

afterAll(() => {
  cloud.close();
});

describe('the workflow on the local cloud', () => {
  test.each(cases.filter(({ interrupt, answers }) => interrupt === undefined && answers === undefined))(
    '$name',
    async (example) => {
      await checkCase(await createCloudWorld(cloud, nextName(), example.missing), example);
    },
  );

  test('answers the same command sent 10 times at once as done once', async () => {
    const world = await createCloudWorld(cloud, nextName());
    const sent = Array.from({ length: 10 }, (_, index) =>
      world.run(command(`e-${index}`, createOrder({ commandId: 'k-1' }))),
    );
    const ended = await Promise.all(sent);
    const first = ended.filter((end) => end.status === 'SUCCEEDED' && !JSON.stringify(end).includes('duplicate'));
    expect(first).toHaveLength(1);
    for (const [index, end] of ended.entries()) {
      expect(end).toMatchObject({ status: 'SUCCEEDED', output: created(`e-${index}`, 'k-1') });
    }
  });

  test('does 5 updates sent at once, each at a version of its own', async () => {
    const world = await createCloudWorld(cloud, nextName());
    await world.put('OrdersTable', storedOrder());
    const sent = Array.from({ length: 5 }, (_, index) =>
      world.run(command(`e-${index}`, createOrder({ command: 'updateOrder' }))),
    );
    const versions = (await Promise.all(sent)).map((end) =>
      end.status === 'SUCCEEDED' && isObject(end.output) ? end.output['version'] : end,
    );
    expect(versions.toSorted()).toEqual([2, 3, 4, 5, 6]);
  });
});
