/** What decides a stack's bill: its own numbers, and what one order leaves behind in it. */

export interface Stack {
  readonly natGateways: number;
  readonly publicAddresses: number;
  readonly secrets: number;
  readonly alarms: number;
  readonly dashboards: number;
  /** Aurora capacity units; 0 lets it pause after `pauseAfterSeconds`. */
  readonly minCapacity: number;
  readonly pauseAfterSeconds: number;
  /** Undefined for on-demand mode. */
  readonly provisioned?: { readonly read: number; readonly write: number };
  readonly pointInTimeRecovery: boolean;
  readonly projector: {
    readonly architecture: 'arm64' | 'x86_64';
    readonly memoryMb: number;
    readonly batchSize: number;
    /** How long a batch waits for more records. */
    readonly windowSeconds: number;
    readonly shards: number;
    readonly logLevel: string;
  };
  readonly workflowLog: { readonly level: string; readonly payloads: boolean };
  /** 0 for no archive. */
  readonly archiveDays: number;
  /** Undefined for ever; it is counted as a month then. */
  readonly logDays: number | undefined;
}

/** Bytes and counts of one new order. */
export interface Footprint {
  /** What the workflow logs at level ALL. */
  readonly workflowLogBytes: { readonly withPayloads: number; readonly without: number };
  readonly commandBytes: number;
  /** Of the item in the orders table, as DynamoDB counts it. */
  readonly itemBytes: number;
  readonly definitionBytes: number;
  /** The most that a state is handed. */
  readonly payloadBytes: number;
  readonly parallelSteps: number;
  /** Of an invocation of the projector, and of a record in it, at level INFO or below. */
  readonly functionLog: { readonly perInvocation: number; readonly perRecord: number };
  /** Written at every level: the metrics' own lines. */
  readonly metricsLogBytes: number;
  readonly customMetrics: number;
  readonly projectorMs: { readonly perInvocation: number; readonly perRecord: number };
}
