/** Tables like the pipeline's, made by a test. */
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Makes an empty table whose items have the key `pk`. @returns its name. */
export async function createKeyTable(dynamodb: DynamoDBClient, TableName: string): Promise<string> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  return TableName;
}
