/** An execution as its history has it, wherever that is kept. Times are ISO 8601. */

/** One attempt of a task. */
export interface Attempt {
  /** Of the state's `Resource`. */
  readonly resource: string;
  readonly scheduledAt: string;
  /** Undefined while it runs. */
  readonly endedAt?: string;
  /** JSON, where it succeeded. */
  readonly output?: string;
  /** Where it failed. */
  readonly error?: string;
  readonly cause?: string;
}

/** A state that the history names. */
export interface Passage {
  readonly state: string;
  readonly enteredAt: string;
  readonly leftAt?: string;
  readonly input?: string;
  readonly output?: string;
}

export interface Recorded {
  readonly arn: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  readonly startedAt: string;
  readonly endedAt?: string;
  /** JSON. */
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly passages: readonly Passage[];
  readonly attempts: readonly Attempt[];
}
