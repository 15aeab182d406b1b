/** What the desk asks the read model. */
import { setTimeout as delay } from 'node:timers/promises';
import { CliProblem, EXIT } from '../exit';
import type { Detail } from './desk';
import type { Talk } from './talk';

/** A customer who holds active orders. */
export interface Holder {
  readonly customerid: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly orderCount: number;
  readonly orderids: readonly string[];
}

/** Rows of a page: as many as there may be. */
const LIMIT = 500;

/**
 * All rows of each query: the first pages at once, the others one by one.
 *
 * @throws CliProblem for an answer other than 200.
 */
async function rowsOf<Row>(talk: Talk, queries: readonly Detail[]): Promise<Row[][]> {
  const firsts = await talk.say(queries.map((query) => ({ ...query, limit: LIMIT })));
  const all: Row[][] = [];
  for (const [index, query] of queries.entries()) {
    let page = requireRows(firsts[index] ?? {});
    const rows = [...page.rows];
    while (page.nextToken !== undefined) {
      const [next = {}] = await talk.say([{ ...query, limit: LIMIT, nextToken: page.nextToken }]);
      page = requireRows(next);
      rows.push(...page.rows);
    }
    all.push(rows as Row[]);
  }
  return all;
}

function requireRows(reply: Detail): { readonly rows: readonly unknown[]; readonly nextToken: unknown } {
  if (reply['queryStatus'] !== 200)
    throw new CliProblem(EXIT.refused, `A query was answered by ${JSON.stringify(reply).slice(0, 500)}`);
  return { rows: reply['queryResult'] as unknown[], nextToken: reply['nextToken'] };
}

/** How many customers are registered. */
export async function customerCount(talk: Talk): Promise<number> {
  const [rows = []] = await rowsOf<{ customers: number }>(talk, [{ query: 'customerCount' }]);
  return rows[0]?.customers ?? 0;
}

/** Of each item, who holds active orders of it. */
export const holdersOf = (talk: Talk, itemids: readonly string[]): Promise<Holder[][]> =>
  rowsOf(talk, itemids.map((itemid) => ({ query: 'customersByItem', itemid }))); // prettier-ignore

/** Who holds active orders of any item with that tag. */
export async function holdersByTag(talk: Talk, tag: string): Promise<Holder[]> {
  const [rows = []] = await rowsOf<Holder>(talk, [{ query: 'customersByTag', tag }]);
  return rows;
}

/** Of each customer, the ids of all orders, active and cancelled. */
export async function ordersOf(talk: Talk, customerIds: readonly string[]): Promise<string[][]> {
  const queries = customerIds.map((customerId) => ({ query: 'ordersByCustomer', customerId }));
  return (await rowsOf<{ orderid: string }>(talk, queries)).map((rows) => rows.map(({ orderid }) => orderid));
}

/** Each waits for five seconds in the pipeline already. */
const ATTEMPTS = 24;

/** Waits until the read model has what these replies to commands tell of, so that whoever counts next counts it. */
export async function untilVisible(talk: Talk, replies: readonly Detail[]): Promise<void> {
  let left = replies.flatMap(({ orderid, customerid, itemid, version }) => {
    const subject = orderid === undefined ? (customerid === undefined ? { itemid } : { customerId: customerid }) : { orderId: orderid }; // prettier-ignore
    return version === undefined ? [] : [{ query: 'customerCount', after: { ...subject, version } }];
  });
  for (let n = 0; left.length > 0; n += 1) {
    if (n === ATTEMPTS)
      throw new CliProblem(EXIT.failed, 'The read model has not caught up. See: npx order-pipeline status');
    if (n > 0) await delay(500);
    const answers = await talk.say(left);
    left = left.filter((_, index) => answers[index]?.['queryStatus'] !== 200 || answers[index]['stale'] === true);
  }
}
