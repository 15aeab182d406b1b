/** What the workflow touches, as the tests see it: in memory for the interpreter, or on the local cloud. */
import { isObject, type Json, type JsonObject } from './asl-definition';

/** The substitutions that a test can point at something that does not exist. */
export type Missing = 'OrdersTable' | 'CommandsTable' | 'ParkedEventsUrl' | 'ItemSalesReportFunction';

/** An execution's end. */
export type Ended =
  { readonly status: 'SUCCEEDED'; readonly output: Json } | { readonly status: 'FAILED'; readonly error: string };

/** One event that the workflow put on the bus. */
export interface SentEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Json;
}

export interface World {
  /** Runs the workflow on one input, to its end. */
  run(input: Json): Promise<Ended>;
  put(table: 'OrdersTable' | 'CommandsTable', item: JsonObject): Promise<void>;
  read(table: 'OrdersTable' | 'CommandsTable', pk: string): Promise<JsonObject | undefined>;
  /** Events sent so far; `expected` says how many to wait for. */
  sent(expected: number): Promise<readonly SentEvent[]>;
  /** Messages in the queue of parked events so far. */
  parked(expected: number): Promise<readonly Json[]>;
}

/** What the query functions answer in these tests. */
export const queryAnswers = {
  ItemSalesReportFunction: (): JsonObject => ({
    queryStatus: 200,
    queryResult: [{ itemid: 'z3333', totalordered: 6, lastorderdate: '2022-10-13' }],
    nextToken: 'next',
  }),
  /** Shows what it was called with. */
  MonthlySalesByItemFunction: (payload: Json): JsonObject => ({ queryStatus: 200, queryResult: [payload] }),
  /** Shows what it was called with, and is for ever behind what the query asks for. */
  QueryOrdersFunction: (payload: Json): JsonObject => ({
    queryStatus: 200,
    queryResult: [payload],
    ...(isObject(payload) && isObject(payload['detail']) && 'after' in payload['detail'] && { stale: true }),
  }),
};
