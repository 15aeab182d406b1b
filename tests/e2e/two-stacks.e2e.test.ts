/** Two stacks in one region, each with a bus and a database of its own: the template names nothing that can be there only once. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deploy, type Outputs } from '../../local/deploy';
import { untilProjected } from '../../local/projection';
import { databaseParameters } from '../../local/database-parameters';
import { createReadModel } from '../../local/read-model';
import { openInbox, type Inbox } from '../../local/replies';
import type { PasswordConfig } from '../../functions/shared/database';
import { builtTemplate, endpoint, output, readModel } from '../support/e2e-environment';
import { ask, send } from '../support/send';

interface Stack {
  readonly bus: string;
  readonly inbox: Inbox;
  readonly readModel: PasswordConfig;
}

let outputs: Outputs;
let first: Stack;
let second: Stack;
const inboxes: Inbox[] = [];

beforeAll(async () => {
  const other = await createReadModel(readModel(), 'second_stack');
  outputs = await deploy({
    endpoint: endpoint(),
    template: builtTemplate(),
    stackName: 'second-stack',
    parameters: { ...(await databaseParameters(endpoint(), other)), EventBusName: 'second-bus' },
  });
  const buses = [output('EventBusName'), 'second-bus'] as const;
  inboxes.push(...(await Promise.all(buses.map((bus) => openInbox(endpoint(), bus, undefined, `two-stacks-${bus}`)))));
  const [a, b] = inboxes as [Inbox, Inbox];
  first = { bus: buses[0], inbox: a, readModel: readModel() };
  second = { bus: buses[1], inbox: b, readModel: other };
}, 120_000);
afterAll(() => Promise.all(inboxes.map((inbox) => inbox.close())));

const sales = (quantity: number) => [{ itemid: 'two-stacks', totalordered: quantity, lastorderdate: '2022-10-13' }];

test('have no output in common but for what both say of the region', () => {
  const shared = Object.entries(outputs).filter(([name, value]) => value === output(name));
  expect(shared).toEqual([]);
});

test('take the same order and the same key, each for itself', async () => {
  const create = async ({ bus, inbox, readModel: model }: Stack, quantity: number): Promise<unknown> => {
    const items = [{ itemid: 'two-stacks', quantity }];
    const detail = { command: 'createOrder', commandId: 'two-stacks', orderId: 'two-stacks', items };
    const time = new Date('2022-10-13T19:00:00Z');
    const [id = ''] = await send(endpoint(), bus, [{ kind: 'orderCommand', detail, time }]);
    const reply = await inbox.replyTo(id);
    await untilProjected(model, [{ orderid: 'two-stacks', version: 1 }]);
    return reply.detail;
  };
  const created = { commandStatus: 'orderCreated', version: 1 };
  expect(await create(first, 2)).toMatchObject(created);
  const answer = await create(second, 5);
  expect(answer).toMatchObject(created);
  expect(answer).not.toHaveProperty('duplicate');

  const report = async ({ bus, inbox }: Stack): Promise<unknown> =>
    (await ask(endpoint(), bus, inbox, { query: 'itemsSalesReport' }))['queryResult'];
  expect(await report(first)).toEqual(expect.arrayContaining(sales(2)));
  expect(await report(second)).toEqual(sales(5));
});
