/**
 * The stream's handler as the sample that this project grew from has it, written anew: records in parallel; of each new order first its
 * row, then its items in parallel; one call of a stored procedure for each. No guard, no transaction, no sums, nothing of changed orders.
 * Whatever goes wrong becomes an answer, so that no delivery ever fails. It also logs each record, which is left out here.
 */
import type { Pool } from 'mysql2/promise';

interface Text {
  readonly S: string;
}

/** What it reads of a record, without a look whether it is there. */
interface SeedRecord {
  readonly eventName: string;
  readonly dynamodb: {
    readonly NewImage: {
      readonly orderid: Text;
      readonly status: Text;
      readonly orderdate: Text;
      readonly items: { readonly L: readonly { readonly M: { readonly itemid: Text; readonly quantity: { readonly N: string } } }[] }; // prettier-ignore
    };
  };
}

/** What its invocations are answered, whatever happened. */
export interface SeedAnswer {
  readonly statusCode: 200 | 500;
  readonly body: string;
}

async function insertOrder(pool: Pool, { dynamodb: { NewImage } }: SeedRecord): Promise<void> {
  const { orderid, status, orderdate, items } = NewImage;
  await pool.query('CALL seed_insert_order(?, ?, ?)', [orderid.S, status.S, orderdate.S]);
  await Promise.all(
    items.L.map(({ M: { itemid, quantity } }) =>
      pool.query('CALL seed_insert_item(?, ?, ?)', [orderid.S, itemid.S, Number(quantity.N)]),
    ),
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
