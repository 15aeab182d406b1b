/** db-init, asked by CloudFormation and by a person. */
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { serve } from '../../../db-init/serve';
import { knownTables } from '../../../db-init/users';

const done = { applied: ['0001_create_orders'], revoked: [], toRebuild: [] };

/** Asks, and tells also what was sent to CloudFormation and how often the work was done. */
async function ask(event: unknown, work = () => Promise.resolve(done), leftMs = 20_000) {
  const sent: string[] = [];
  let works = 0;
  const answer = await serve(event, {
    work: () => {
      works += 1;
      return work();
    },
    send: (_, body) => {
      sent.push(body);
      return Promise.resolve();
    },
    log: () => undefined,
    leftMs,
  });
  return { answer, sent, works };
}

const request = {
  RequestType: 'Update',
  ResponseURL: 'https://example.com/answer',
  StackId: 'arn:stack',
  RequestId: 'r',
  LogicalResourceId: 'ReadModelSchema',
};

describe('a person', () => {
  const byHand = { bringUpToDate: true };

  test('gets back what was done, and CloudFormation hears nothing of it', async () => {
    expect(await ask(byHand)).toEqual({ answer: done, sent: [], works: 1 });
  });

  test('gets the reason where it could not be done', async () => {
    const reason = 'db:3306/order_pipeline: Migration 0001 failed: no (errno 1142)';
    await expect(ask(byHand, () => Promise.reject(new Error(reason)))).rejects.toThrow(reason);
  });

  test('gets it in time, before the function is ended', async () => {
    const never = () => new Promise<typeof done>(() => undefined);
    await expect(ask(byHand, never, 10_020)).rejects.toThrow('not done within 0 seconds');
  });

  test.each([[{}], [{ bringUpToDate: false }], [{ bringUpToDate: true, drop: true }], ['bringUpToDate'], [null]])(
    'who asks for %j is refused, and nothing is done',
    async (event) => {
      let works = 0;
      const work = () => {
        works += 1;
        return Promise.resolve(done);
      };
      await expect(ask(event, work)).rejects.toThrow('The request must be { "bringUpToDate": true }: ');
      expect(works).toBe(0);
    },
  );
});

describe('CloudFormation', () => {
  test.each(['Create', 'Update'])('at %s has the work done, and is answered at its address', async (RequestType) => {
    const { answer, sent, works } = await ask({ ...request, RequestType });
    expect({ answer, works }).toEqual({ answer: undefined, works: 1 });
    expect(sent.map((body) => JSON.parse(body) as unknown)).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
  });

  test('at Delete is answered, and the rows stay', async () => {
    const { sent, works } = await ask({ ...request, RequestType: 'Delete' });
    expect(works).toBe(0);
    expect(sent).toHaveLength(1);
  });
});

test('a release knows every table that its migrations make, and the two that keep order among them', () => {
  const made = [...readFileSync('db-init/schema.sql', 'utf8').matchAll(/CREATE TABLE `(\w+)`/g)].map(
    ([, name]) => name,
  );
  expect([...knownTables].toSorted()).toEqual([...new Set([...made, 'schema_migrations', 'schema_lock'])].toSorted());
});
