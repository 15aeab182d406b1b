/** What neither the template nor a run in memory can tell. Each stands on the page; both stacks are counted with the same ones. */

/** A month, as AWS's own calculator has it. */
export const MONTH_HOURS = 730;

export const ASSUMED = {
  /** Of an EXPRESS execution of a createOrder: a PutItem, a PutEvents and a dozen states. Billed in steps of 100 ms. */
  executionMs: 200,
  /** https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html */
  pollsPerSecond: 4,
  /** Of a new table in on-demand mode: docs/operations/quotas.md. */
  shards: 4,
  /** Lambda's own lines START, END and REPORT. */
  platformLogBytes: 330,
  /** Aurora waits so long before it pauses, unless SecondsUntilAutoPause says otherwise. */
  pauseAfterSeconds: 300,
  /** Aurora's least capacity while it is awake. */
  leastCapacity: 0.5,
  /** A capacity unit takes on this many new orders a second. */
  ordersPerSecondPerUnit: 50,
  /** Aurora's smallest volume. */
  leastStorageGb: 10,
  /** Rows of an order with three items, with their indexes and shares of the summaries. */
  readModelBytes: 1000,
  /** Reads and writes of Aurora's volume for an order. */
  ioPerOrder: 8,
} as const;
