/** A rebuild on a database of the test's own: its steps, its scan of a table in memory, and projectors that know of it. */
import type { Ahead } from '../../functions/project-orders/ahead';
import { connectCopy, copyFirst, keysOf, type Copy } from '../../functions/project-orders/copy';
import { projectRecords, type Dependencies as Projector } from '../../functions/project-orders/project-records';
import type { Dependencies } from '../../functions/rebuild-read-model/deps';
import { doStep, type Request } from '../../functions/rebuild-read-model/request';
import type { Item, Page, Scan } from '../../functions/rebuild-read-model/scan';
import { WAIT_SECONDS } from '../../functions/rebuild-read-model/status';
import { connectDatabase, withPassword, type Database } from '../../functions/shared/database';
import { copyName } from '../../functions/shared/rebuild';
import { administer, type TestDatabase } from './database';
import { dependencies } from './projection';
import type { MemoryOrdersTable } from './stream';

/** Time as a test makes it pass. */
export interface Clock {
  now: number;
}

/** The segment that DynamoDB might put a key into. */
const segmentOf = (pk: string, segments: number): number =>
  Buffer.from(pk).reduce((sum, byte) => sum + byte, 0) % segments;

/** Reads pages of `size` items of the table as it is then; a page takes as long as `took` says. */
export const scanMemory =
  (table: MemoryOrdersTable, size: number, took: () => void = () => undefined): Scan =>
  async ({ segment, segments, after }): Promise<Page> => {
    took();
    const keys = table.keys().filter((pk) => segmentOf(pk, segments) === segment && pk > (after ?? '')).sort(); // prettier-ignore
    const some = keys.slice(0, size);
    const items = [...(await table.read(some))].map(([pk, stored]) => ({ ...(stored as Item), pk: { S: pk } })); // junk too has its key
    return { items, next: keys.length > size ? (some.at(-1) ?? null) : null };
  };

/** An instance of the projector's function. */
export interface Instance {
  readonly databases: { readonly model: Database; readonly copy: Database };
  readonly deps: Projector;
  readonly copy: Copy;
}

export class RebuildStage {
  readonly #connections: Database[] = [];
  readonly #fillers: Dependencies[] = [];
  readonly names: { live: string; copy: string };
  readonly deps: Dependencies;

  constructor(
    readonly own: TestDatabase,
    readonly table: MemoryOrdersTable,
    readonly clock: Clock = { now: 0 },
    readonly scan: Scan = scanMemory(table, 3),
  ) {
    const live = own.config.DATABASE_NAME;
    this.names = { live, copy: copyName(live) };
    this.deps = this.instance();
  }

  /** An instance of the rebuild's function: it does one thing at a time, on connections of its own. */
  instance(): Dependencies {
    const { live, copy } = this.names;
    return {
      ...dependencies(this.#connect(live), this.table),
      names: this.names,
      live: this.#connect(live),
      lock: this.#connect(live),
      copy: this.#connect(copy),
      scan: this.scan,
      atOnce: 1, // page by page: more to be interrupted
      now: () => this.clock.now,
    };
  }

  #connect(DATABASE_NAME: string): Database {
    const database = connectDatabase({ ...withPassword({ ...this.own.config, DATABASE_NAME }), severalAtOnce: true });
    this.#connections.push(database);
    return database;
  }

  /** A projector, which is a function's instance: it has connections of its own, and a memory. It goes ahead where `ahead` is given. */
  projector(
    databases = { model: this.#connect(this.names.live), copy: this.#connect(this.names.copy) },
    ahead?: Ahead,
  ): Instance {
    const deps = { ...dependencies(databases.model, this.table), ahead };
    return { databases, deps, copy: connectCopy(deps, databases.copy, () => this.clock.now) };
  }

  step(request: Request, deps: Dependencies = this.deps) {
    return doStep(deps, request);
  }

  /** All steps, as the state machine does them. */
  async rebuild(run: string, segments = 2): Promise<void> {
    await this.step({ step: 'prepare', run, segments });
    this.clock.now += WAIT_MS;
    await this.finish(run, segments);
  }

  /** All steps behind the first. */
  async finish(run: string, segments = 2): Promise<void> {
    const fill = async (segment: number): Promise<void> => {
      const deps = this.#fillers[segment] ?? (this.#fillers[segment] = this.instance());
      for (let done = false; !done;)
        ({ done } = (await this.step({ step: 'fill', run, segment }, deps)) as { done: boolean });
    };
    await Promise.all(Array.from({ length: segments }, (_, segment) => fill(segment)));
    await this.step({ step: 'verify', run });
    await this.step({ step: 'swap', run });
    await this.step({ step: 'clean up', run });
  }

  async disconnect(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }

  /** Drops the copy too. */
  async close(): Promise<void> {
    await this.disconnect();
    await administer(this.own.config, `DROP DATABASE IF EXISTS ${this.names.copy}`);
  }
}

/** What the state machine waits for, in milliseconds. */
export const WAIT_MS = WAIT_SECONDS * 1_000;

/** One delivery of the stream, as the projector's handler does it. */
export async function deliverTo({ deps, copy }: Instance, records: readonly unknown[]): Promise<void> {
  await copyFirst(copy, keysOf(records), () => projectRecords(records, deps));
}
