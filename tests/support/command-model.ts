/** What the accepted commands amount to, folded plainly, and the random commands that schedules are made of. */
import type { Json, JsonObject } from './asl-definition';
import { below, oneOf } from './random';
import { text } from './workflow-fakes';

/** A subject of commands as the orders table holds it, less what tells how it came about. */
export type Folded = JsonObject;

/** The key of a command's subject in the orders table. */
export function subjectOf(detail: JsonObject): string {
  if (['registerCustomer', 'forgetCustomer'].includes(text(detail['command'])))
    return `customer#${text(detail['customerId'])}`;
  if (detail['command'] === 'registerItem') return `item#${text(detail['itemid'])}`;
  return `order#${text(detail['orderId'])}`;
}

/** What of a command counts as its content: all but the key. */
export const contentOf = (detail: JsonObject): string => JSON.stringify({ ...detail, commandId: undefined });

const linesOf = (detail: JsonObject): Json => ({
  L: (detail['items'] as readonly { itemid: string; quantity: number }[]).map(({ itemid, quantity }) => ({
    M: { itemid: { S: itemid }, quantity: { N: String(quantity) } },
  })),
});

const tagsOf = (detail: JsonObject): Json => ({ L: (detail['tags'] as readonly string[]).map((tag) => ({ S: tag })) });

/** The subject after one more accepted command. */
function change(before: Folded, detail: JsonObject): Folded {
  switch (detail['command']) {
    case 'createOrder':
      return { status: { S: 'active' }, items: linesOf(detail) };
    case 'updateOrder':
      return { ...before, items: linesOf(detail) };
    case 'cancelOrder':
      return { ...before, status: { S: 'cancelled' } };
    case 'registerCustomer':
      return { status: { S: 'active' }, name: { S: detail['name'] ?? null }, email: { S: detail['email'] ?? null } };
    case 'forgetCustomer':
      return { status: { S: 'forgotten' }, name: { NULL: true }, email: { NULL: true } };
    default:
      return { name: { S: detail['name'] ?? null }, tags: tagsOf(detail) };
  }
}

/** The subject after all its accepted commands, in the order of the versions that they made. */
export const fold = (accepted: readonly JsonObject[]): Folded => ({
  ...accepted.reduce(change, {}),
  version: { N: String(accepted.length) },
});

/**
 * A command of one of three subjects, under one of few keys or none, so that keys and contents meet often. A customer's key
 * comes with one name: whether another came under it first cannot be told once the customer is forgotten (docs/adr/0008).
 */
export function randomCommand(random: () => number): JsonObject {
  const key = oneOf([undefined, 'k-1', 'k-2', 'k-3'], random);
  const common: JsonObject = key === undefined ? {} : { commandId: key };
  const some = String(below(3, random));
  const items = [{ itemid: `z${some}`, quantity: 1 + below(2, random) }];
  const expected: JsonObject = random() < 0.3 ? { expectedVersion: 1 + below(3, random) } : {};
  const order = { ...common, orderId: '6101' };
  return oneOf<JsonObject>(
    [
      { ...order, command: 'createOrder', items },
      { ...order, command: 'createOrder', items },
      { ...order, ...expected, command: 'updateOrder', items },
      { ...order, ...expected, command: 'updateOrder', items },
      { ...order, ...expected, command: 'cancelOrder' },
      {
        ...common,
        command: 'registerCustomer',
        customerId: 'c-1',
        name: `Ada ${key ?? some}`,
        email: 'ada@example.com',
      },
      { ...common, command: 'forgetCustomer', customerId: 'c-1' },
      { ...common, command: 'registerItem', itemid: 'z1', name: 'Lamp', tags: [`tag ${some}`] },
    ],
    random,
  );
}
