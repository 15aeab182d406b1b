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
 * All rows of a query, page by page.
 *
 * @throws CliProblem for an answer other than 200.
 */
async function allRows<Row>(talk: Talk, query: Detail): Promise<Row[]> {
  const rows: Row[] = [];
  let nextToken: unknown;
  do {
    const asked = { ...query, limit: LIMIT, ...(nextToken !== undefined && { nextToken }) };
    const [reply = {}] = await talk.say([asked]);
    if (reply['queryStatus'] !== 200)
      throw new CliProblem(EXIT.refused, `${String(query['query'])} was answered by ${JSON.stringify(reply)}`);
    rows.push(...(reply['queryResult'] as Row[]));
    nextToken = reply['nextToken'];
  } while (nextToken !== undefined);
  return rows;
}

/** How many customers are registered. */
export async function customerCount(talk: Talk): Promise<number> {
  const [row] = await allRows<{ customers: number }>(talk, { query: 'customerCount' });
  return row?.customers ?? 0;
}

/** Who holds active orders of an item. */
export const holdersOf = (talk: Talk, itemid: string): Promise<Holder[]> =>
  allRows<Holder>(talk, { query: 'customersByItem', itemid });

/** Who holds active orders of any item with that tag. */
export const holdersByTag = (talk: Talk, tag: string): Promise<Holder[]> =>
  allRows<Holder>(talk, { query: 'customersByTag', tag });

/** Ids of all orders of a customer, active and cancelled. */
export const ordersOf = async (talk: Talk, customerId: string): Promise<string[]> =>
  (await allRows<{ orderid: string }>(talk, { query: 'ordersByCustomer', customerId })).map(({ orderid }) => orderid);

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
