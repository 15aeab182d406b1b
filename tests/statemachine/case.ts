/** The shape of a case, and the events and items that cases are made of. */
import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../support/asl-definition';
import type { Interrupt } from '../support/workflow-memory';
import type { Missing } from '../support/workflow-world';

/** One input and what comes of it: either a reply event, or a failed execution. */
export interface Step {
  readonly send: Json;
  /** The reply's whole detail. */
  readonly reply?: Json;
  /** The execution fails with an error of that name, and the input is parked with it. */
  readonly parks?: RegExp;
}

/** A path through the workflow: what is there before, what is sent, what comes of it. */
export interface Case {
  readonly name: string;
  readonly orders?: readonly JsonObject[];
  readonly commands?: readonly JsonObject[];
  /** What the workflow is pointed at does not exist. */
  readonly missing?: readonly Missing[];
  /** Something happens between calls; such a case cannot run on the local cloud. */
  readonly interrupt?: Interrupt;
  /** What the function of the queries that are no report answers in turn; not on the local cloud either. */
  readonly answers?: readonly Json[];
  readonly steps: readonly Step[];
  /** Attributes of the order `order#6101` afterwards; null where there is none. */
  readonly order?: JsonObject | null;
  /** The same of other items of the orders table, by their `pk`. */
  readonly items?: Readonly<Record<string, JsonObject | null>>;
}

/** An event as EventBridge hands it to the workflow. */
export const event = (detailType: string, id: string, detail: Json, more: JsonObject = {}): JsonObject => ({
  version: '0',
  id,
  'detail-type': detailType,
  source: 'orderPipeline',
  account: '123456789012',
  time: '2022-10-13T19:00:00Z',
  region: 'us-east-1',
  resources: [],
  detail,
  ...more,
});

export const command = (id: string, detail: Json, more: JsonObject = {}): JsonObject =>
  event('orderCommand', id, detail, more);

export const query = (id: string, detail: Json): JsonObject => event('orderQuery', id, detail);

/** A createOrder of the order 6101. */
export const createOrder = (more: JsonObject = {}): JsonObject => ({
  command: 'createOrder',
  orderId: '6101',
  items: [{ itemid: 'z3333', quantity: 6 }],
  ...more,
});

/** What `createOrder()` is as one string, and its hash. */
export const CONTENT = 'createOrder 6101  z3333*6';
export const hashOf = (content: string): string => createHash('sha256').update(content).digest('hex');

/** The order 6101 as a create with the key `k-0` leaves it. */
export const storedOrder = (content = CONTENT): JsonObject => ({
  pk: { S: 'order#6101' },
  orderid: { S: '6101' },
  status: { S: 'active' },
  version: { N: '1' },
  orderdate: { S: '2022-10-13T19:00:00Z' },
  items: { L: [{ M: { itemid: { S: 'z3333' }, quantity: { N: '6' } } }] },
  createdBy: { S: 'k-0' },
  contentHash: { S: hashOf(content) },
  eventId: { S: 'e-0' },
});

/** The reply to a create of 6101, accepted. */
export const created = (commandMessageId: string, commandId: string, more: JsonObject = {}): JsonObject => ({
  command: 'createOrder',
  commandMessageId,
  commandId,
  orderid: '6101',
  commandStatus: 'orderCreated',
  version: 1,
  ...more,
});

/** The reply to a create of 6101, refused. */
export const refused = (
  commandMessageId: string,
  commandId: Json,
  errors: readonly Json[],
  more: JsonObject = {},
): JsonObject => ({
  command: 'createOrder',
  commandMessageId,
  commandId,
  orderid: '6101',
  commandStatus: 'rejected',
  errors,
  ...more,
});

export const alreadyExists: Json = {
  code: 'orderAlreadyExists',
  path: 'orderId',
  message: 'an order 6101 exists already: send another orderId',
};

export const keyReusedFor = (subject: 'order' | 'customer' | 'item'): Json => ({
  code: 'idempotencyKeyReused',
  path: 'commandId',
  message: `commandId was used before for this ${subject} with another content: send what differs under a new commandId`,
});
export const keyReused = keyReusedFor('order');

/** The commands, as messages name them. */
export const COMMANDS = 'createOrder, updateOrder, cancelOrder, registerCustomer, forgetCustomer or registerItem';

const RULES = {
  id: 'a string of 1 to 64 characters of A-Z a-z 0-9 . _ : -',
  list: 'a list of 1 to 100 items',
  line: 'an object with itemid and quantity',
  quantity: 'a whole number from 1 to 1000000',
  version: 'a whole number from 1 to 1000000000',
  name: 'a string of 1 to 200 Unicode characters',
  email: 'a string of 3 to 254 Unicode characters, one of them an @',
  tags: 'a list of at most 20 tags',
  tag: 'a string of 1 to 64 Unicode characters, neither the first nor the last of them a space',
  time: 'a date and time that exists, in UTC, of the years 1970 to 9999, such as 2022-10-13T19:00:00Z',
};

/** A fault that validation names. */
export const fault = (path: string, rule: keyof typeof RULES): Json => ({
  code: 'invalidCommand',
  path,
  message: `${path} must be ${RULES[rule]}`,
});
