/** The write side's two tables, by Scan: it is paid by a table's size. */
import { DynamoDBClient, paginateScan, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { ClientOptions } from '../connect';
import type { Tables } from '../pipeline';
import { makeEqual } from './table-copy';
import { emptyTable } from './table-empty';

export function connectTables(options: ClientOptions, names: { orders: string; commands: string }): Tables {
  return {
    async *keys(after) {
      const client = new DynamoDBClient(options);
      const startingToken = after === undefined ? undefined : { pk: { S: after } };
      const input = { TableName: names.orders, ConsistentRead: true, ProjectionExpression: 'pk' };
      try {
        for await (const { Items = [] } of paginateScan({ client, startingToken }, input))
          yield Items.flatMap(({ pk }) => pk?.S ?? []);
      } finally {
        client.destroy();
      }
    },
    empty: (table) => emptyTable(options, names[table]),
    makeEqual: (table, from, onProgress) => makeEqual(options, from, names[table], onProgress),
    async putPoison(pk) {
      const client = new DynamoDBClient(options);
      const Item = { pk: { S: pk }, note: { S: 'written by simulate --poison: no order, customer or item' } };
      await client.send(new PutItemCommand({ TableName: names.orders, Item }));
      client.destroy();
    },
  };
}
