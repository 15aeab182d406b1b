/** The orders table's keys, by Scan: it is paid by the table's size. */
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { ClientOptions } from '../connect';
import type { OrdersTable } from '../pipeline';

export function connectOrdersTable(options: ClientOptions, TableName: string): OrdersTable {
  return {
    async *keys(after) {
      const client = new DynamoDBClient(options);
      let ExclusiveStartKey = after === undefined ? undefined : { pk: { S: after } };
      try {
        do {
          const page = await client.send(
            new ScanCommand({ TableName, ConsistentRead: true, ProjectionExpression: 'pk', ExclusiveStartKey }),
          );
          yield (page.Items ?? []).flatMap(({ pk }) => pk?.S ?? []);
          const last = page.LastEvaluatedKey?.['pk']?.S;
          ExclusiveStartKey = last === undefined ? undefined : { pk: { S: last } };
        } while (ExclusiveStartKey !== undefined);
      } finally {
        client.destroy();
      }
    },
  };
}
