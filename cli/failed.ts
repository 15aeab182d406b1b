/** What failed, in one shape wherever it is kept. */

/** What is told of something that failed. */
export interface Told {
  /** Such as `createOrder 6101`. */
  readonly what: string;
  readonly error: string;
  /** All that is kept of it. */
  readonly whole: unknown;
}

/** One thing that failed. */
export interface Failed {
  /** The message's id, or the object's key. */
  readonly id: string;
  readonly where: 'parked' | 'undelivered' | 'unprojected';
  readonly at: Date;
  /** Reads it, where that was not done yet. */
  tell(): Promise<Told>;
  /** Tries again, and only then forgets it. Throws where that is impossible; it is still kept then. */
  redrive(): Promise<void>;
  discard(): Promise<void>;
}

/** One of the places where things that failed are kept. */
export interface Place {
  readonly where: Failed['where'];
  /** Each as it is asked for: there may be many, and large ones. */
  readonly failed: AsyncIterable<Failed>;
  /** How many there are; an estimate. */
  count(): Promise<number>;
}

/** Everything, place by place. */
export async function* everything(places: readonly Place[]): AsyncIterable<Failed> {
  for (const { failed } of places) yield* failed;
}
