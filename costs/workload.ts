/** The order that is counted: three items, ids as long as UUIDs, under the sender's own key. */
import type { JsonObject } from '../tests/support/asl-definition';

const uuid = (digit: string): string => `0f8fad5b-d9cb-469f-a165-7086772895${digit.repeat(2)}`;

export const ORDER = {
  orderId: uuid('1'),
  customerId: uuid('2'),
  commandId: uuid('3'),
  items: ['a', 'b', 'c'].map((digit) => ({ itemid: `item-${digit.repeat(8)}`, quantity: 2 })),
} as const;

/** Of the event that is counted. */
export const EVENT_ID = uuid('4');
export const TIME = '2026-11-24T12:00:00Z';

/** The event that EventBridge hands to the workflow; the reply is as one of these too. */
export const COMMAND: JsonObject = {
  version: '0',
  id: EVENT_ID,
  'detail-type': 'orderCommand',
  source: 'orderPipeline',
  account: '123456789012',
  time: TIME,
  region: 'us-east-1',
  resources: [],
  detail: { command: 'createOrder', ...ORDER },
};
