/** Fakes of the service integrations that the workflow uses, no laxer than the services where the workflow depends on it. */
import { isObject, type Json, type JsonObject } from './asl-definition';
import { StateError } from './asl-jsonata';
import { queryAnswers, type SentEvent } from './workflow-world';

/** Tables by name, their items by `pk`, in DynamoDB's own JSON. */
export type Tables = Readonly<Record<string, Map<string, JsonObject>>>;

/** The only condition of the workflow's puts and checks. */
const IF_NEW = 'attribute_not_exists(pk)';

/** DynamoDB's PutItem, on the condition that the key is new. */
export const putItem =
  (tables: Tables) =>
  ({ TableName, Item, ConditionExpression }: JsonObject): Json => {
    const table = tableOf(tables, TableName);
    if (!isObject(Item) || ConditionExpression !== IF_NEW) throw new Error('Unlike the puts that the fake knows');
    const pk = textOf(Item, 'pk');
    if (table.has(pk))
      throw new StateError('DynamoDB.ConditionalCheckFailedException', 'The conditional request failed');
    table.set(pk, Item);
    return {};
  };

/** DynamoDB's TransactWriteItems, of puts, updates and checks as the workflow writes them: all of them or none. */
export const transactWriteItems =
  (tables: Tables) =>
  ({ TransactItems }: JsonObject): Json => {
    const writes = (TransactItems as readonly JsonObject[]).map((write) => preparedWrite(tables, write));
    if (writes.every(({ isMet }) => isMet)) {
      for (const { table, item } of writes) if (item !== undefined) table.set(textOf(item, 'pk'), item);
      return {};
    }
    const reasons = writes.map(({ isMet }) => (isMet ? 'None' : 'ConditionalCheckFailed')).join(', ');
    throw new StateError(
      'DynamoDb.TransactionCanceledException',
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons}]`,
    );
  };

interface PreparedWrite {
  readonly table: Map<string, JsonObject>;
  /** What is written; a check writes nothing. */
  readonly item: JsonObject | undefined;
  readonly isMet: boolean;
}

function preparedWrite(tables: Tables, { Put, Update, ConditionCheck }: JsonObject): PreparedWrite {
  if (isObject(Put) && isObject(Put['Item']) && Put['ConditionExpression'] === IF_NEW) {
    const table = tableOf(tables, Put['TableName']);
    return { table, item: Put['Item'], isMet: !table.has(textOf(Put['Item'], 'pk')) };
  }
  if (isObject(ConditionCheck) && isObject(ConditionCheck['Key']) && ConditionCheck['ConditionExpression'] === IF_NEW) {
    const table = tableOf(tables, ConditionCheck['TableName']);
    return { table, item: undefined, isMet: !table.has(textOf(ConditionCheck['Key'], 'pk')) };
  }
  if (!isObject(Update) || !isObject(Update['Key']) || Update['ConditionExpression'] !== 'version = :was') {
    throw new Error('Unlike the writes that the fake knows');
  }
  const table = tableOf(tables, Update['TableName']);
  const old = table.get(textOf(Update['Key'], 'pk'));
  const was = isObject(Update['ExpressionAttributeValues']) ? Update['ExpressionAttributeValues'][':was'] : undefined;
  return {
    table,
    item: { ...old, ...Update['Key'], ...updatesOf(Update) },
    isMet: old !== undefined && JSON.stringify(old['version']) === JSON.stringify(was),
  };
}

/** What `SET name = :value, #name = :value` sets; as DynamoDB, it wants each name and value used. */
function updatesOf(update: JsonObject): JsonObject {
  const names = update['ExpressionAttributeNames'] as JsonObject;
  const { ':was': was, ...values } = update['ExpressionAttributeValues'] as JsonObject;
  const parts = text(update['UpdateExpression']).replace(/^SET /, '').split(', ');
  const pairs = parts.map((part) => part.split(' = ') as [string, string]);
  const used = pairs.flat();
  if (was === undefined || ![...Object.keys(names), ...Object.keys(values)].every((name) => used.includes(name))) {
    throw new Error('DynamoDB refuses names and values that are not used');
  }
  return Object.fromEntries(
    pairs.map(([name, value]) => [name.startsWith('#') ? text(names[name]) : name, values[value] ?? null]),
  );
}

/** DynamoDB's TransactGetItems. */
export const transactGetItems =
  (tables: Tables) =>
  ({ TransactItems }: JsonObject): Json => {
    const gets = Array.isArray(TransactItems) ? (TransactItems as readonly JsonObject[]) : [];
    const Responses = gets.map(({ Get }) => {
      if (!isObject(Get) || !isObject(Get['Key'])) throw new Error('Get needs a Key');
      const item = tableOf(tables, Get['TableName']).get(textOf(Get['Key'], 'pk'));
      const aliases = isObject(Get['ExpressionAttributeNames']) ? Get['ExpressionAttributeNames'] : {};
      const names = text(Get['ProjectionExpression'])
        .split(', ')
        .map((name) => aliases[name] ?? name);
      return item === undefined
        ? {}
        : { Item: Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name))) };
    });
    return { Responses };
  };

/** EventBridge's PutEvents, to the bus `EventBusName`. */
export const putEvents =
  (events: SentEvent[]) =>
  ({ Entries }: JsonObject): Json => {
    for (const entry of Entries as readonly JsonObject[]) {
      if (entry['EventBusName'] !== 'EventBusName') throw new StateError('EventBridge.FailedEntry', 'no such bus');
      events.push({
        source: text(entry['Source']),
        detailType: text(entry['DetailType']),
        detail: entry['Detail'] ?? null,
      });
    }
    return { FailedEntryCount: 0, Entries: [{ EventId: 'reply' }] };
  };

/** SQS's SendMessage, to the queue `ParkedEventsUrl`. */
export const sendMessage =
  (messages: Json[]) =>
  ({ QueueUrl, MessageBody }: JsonObject): Json => {
    if (QueueUrl !== 'ParkedEventsUrl') throw new StateError('SQS.QueueDoesNotExist', 'no such queue');
    messages.push(MessageBody ?? null);
    return { MessageId: 'message' };
  };

/** Lambda's Invoke, of the functions in `queryAnswers`. */
export function invoke({ FunctionName, Payload }: JsonObject): Json {
  const name = text(FunctionName);
  if (!(name in queryAnswers)) throw new StateError('Lambda.ResourceNotFoundException', 'no such function');
  return { StatusCode: 200, Payload: queryAnswers[name as keyof typeof queryAnswers](Payload ?? null) };
}

function tableOf(tables: Tables, name: Json | undefined): Map<string, JsonObject> {
  const table = tables[text(name)];
  if (table === undefined) throw new StateError('DynamoDB.ResourceNotFoundException', 'no such table');
  return table;
}

/** A value that must be a string. */
export function text(value: Json | undefined): string {
  if (typeof value !== 'string') throw new Error(`Must be a string: ${JSON.stringify(value)}`);
  return value;
}

/** The text of a DynamoDB string attribute. */
export function textOf(item: JsonObject, name: string): string {
  const attribute = item[name];
  return text(isObject(attribute) ? attribute['S'] : undefined);
}
