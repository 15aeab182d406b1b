/**
 * The stream's handler as the sample that this project grew from has it, written anew: records in parallel; of each new order first its
 * row, then its items in parallel; one call of a stored procedure for each. No guard, no transaction, no sums, nothing of changed orders.
 * Whatever goes wrong becomes an answer, so that no delivery ever fails. It also logs each record, which is left out here.
 */
import type { Pool } from 'mysql2/promise';

/** An attribute as DynamoDB writes it, of the types that orders have. */
type Attribute =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly L: readonly Attribute[] }
  | { readonly M: Readonly<Record<string, Attribute>> };

/** What the SDK's `unmarshall` makes of an attribute. */
function plain(attribute: Attribute): unknown {
  if ('S' in attribute) return attribute.S;
  if ('N' in attribute) return Number(attribute.N);
  if ('L' in attribute) return attribute.L.map(plain);
  return Object.fromEntries(Object.entries(attribute.M).map(([name, value]) => [name, plain(value)]));
}

/** What it takes a record and its order for, without a look whether they are that. */
interface SeedRecord {
  readonly eventName: string;
  readonly dynamodb: { readonly NewImage: Readonly<Record<string, Attribute>> };
}

interface SeedOrder {
  readonly orderid: string;
  readonly status: string;
  readonly orderdate: string;
  readonly items: readonly { readonly itemid: string; readonly quantity: number }[];
}

/** What its invocations are answered, whatever happened. */
export interface SeedAnswer {
  readonly statusCode: 200 | 500;
  readonly body: string;
}

async function insertOrder(pool: Pool, { dynamodb }: SeedRecord): Promise<void> {
  const { orderid, status, orderdate, items } = plain({ M: dynamodb.NewImage }) as SeedOrder;
  await pool.query('CALL seed_insert_order(?, ?, ?)', [orderid, status, orderdate]);
  await Promise.all(
    items.map(({ itemid, quantity }) => pool.query('CALL seed_insert_item(?, ?, ?)', [orderid, itemid, quantity])),
  );
}

/** @param pool made once, when the function starts. */
export async function seedHandler(pool: Pool, records: readonly unknown[]): Promise<SeedAnswer> {
  try {
    const fresh = (records as readonly SeedRecord[]).filter(({ eventName }) => eventName === 'INSERT');
    await Promise.all(fresh.map((record) => insertOrder(pool, record)));
    return { statusCode: 200, body: `${records.length} records` };
  } catch (error) {
    return { statusCode: 500, body: String(error) };
  }
}
