/** A deployed pipeline in memory, as the command-line tool sees one. */
import type { Answers, QuarantinedRecord, Request } from '../../functions/operate-read-model/operate';
import type { Redriven } from '../../functions/project-orders/redrive';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Check, Checked, SumDifference } from '../../functions/project-orders/check-sums';
import type { KeyDifference } from '../../functions/project-orders/compare';
import type { Place } from '../../functions/project-orders/mend-sums';
import type {
  Bus,
  Ended,
  Entry,
  LocalDatabase,
  Pipeline,
  PutResult,
  Queue,
  QueueMessage,
  Rebuilds,
  Tables,
} from '../../cli/pipeline';
import type { Status } from '../../functions/rebuild-read-model/status';
import { runCli } from '../../cli/program';
import type { Reply } from '../../local/replies';

/** A queue whose messages can be looked at. */
export class MemoryQueue implements Queue {
  messages: Omit<QueueMessage, 'remove'>[] = [];

  add(id: string, body: unknown, attributes: Record<string, string> = {}): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.messages.push({ id, body: text, attributes, sentAt: new Date('2026-01-02T03:04:05Z') });
  }

  depth(): Promise<number> {
    return Promise.resolve(this.messages.length);
  }

  /** Messages that were asked for. */
  looked = 0;

  borrow<T>(work: (pages: AsyncIterable<readonly QueueMessage[]>) => Promise<T>): Promise<T> {
    return work(this.#pages());
  }

  async *#pages(): AsyncIterable<readonly QueueMessage[]> {
    const seen = new Set<string>();
    const remove = (id: string) => (): Promise<void> => {
      this.messages = this.messages.filter((message) => message.id !== id);
      return Promise.resolve();
    };
    for (;;) {
      const page = this.messages.filter(({ id }) => !seen.has(id)).slice(0, 10);
      if (page.length === 0) return;
      for (const { id } of page) seen.add(id);
      this.looked += page.length;
      yield await Promise.resolve(page.map((message) => ({ ...message, remove: remove(message.id) })));
    }
  }
}

/** Everything that a test may set or look at. */
export class MemoryPipeline implements Pipeline {
  readonly where = 'stack order-pipeline in memory';
  isLocal = true;
  stackName = 'order-pipeline';
  isProtected = false;
  readonly sent: Entry[] = [];
  /** What the bus answers, by the number of the entry; else an id. */
  readonly refusals = new Map<number, string>();
  /** Replies by the number of the entry. */
  readonly replies = new Map<number, Reply>();
  watching = 0;
  /** How long replies were waited for. */
  timeoutMs = 0;
  readonly parked = new MemoryQueue();
  readonly undelivered = new MemoryQueue();
  readonly objects = new Map<string, string>();
  /** Objects that were read. */
  reads = 0;
  quarantined: (QuarantinedRecord & { record: string })[] = [];
  readonly redriven: string[] = [];
  /** Keys whose items are good now. */
  readonly good = new Set<string>();
  /** Keys whose items are bad. */
  readonly bad = new Set<string>();
  /** Keys at which the projector fails. */
  readonly stuck = new Set<string>();
  /** Keys of the orders table, in its order, and of the read model. */
  tableKeys: string[] = [];
  modelKeys: string[] = [];
  /** Keys of the commands table. */
  commandKeys: string[] = [];
  /** Commands that come in while a table is emptied: keys of the orders table, by the number of the time that it is. */
  readonly incoming: string[][] = [];
  /** Keys that differ, each as it is found the first time, the second, and so on; the last stays. */
  readonly differs = new Map<string, (KeyDifference | undefined)[]>();
  readonly compared: string[][] = [];
  readonly sumsOff = new Map<Check, SumDifference[]>();
  readonly mended: Place[] = [];
  down: string | undefined;

  readonly bus: Bus = {
    put: (entries: readonly Entry[]): Promise<PutResult[]> => {
      const first = this.sent.length;
      this.sent.push(...entries);
      return Promise.resolve(
        entries.map((_, index) => {
          const error = this.refusals.get(first + index);
          return error === undefined ? { eventId: `event-${first + index}` } : { error };
        }),
      );
    },
    watchReplies: () => {
      this.watching += 1;
      return Promise.resolve({
        to: (ids: readonly string[], timeoutMs: number, onReply: (reply: Reply) => void) => {
          this.timeoutMs = timeoutMs;
          const found = ids.flatMap((id) => {
            const reply = this.replies.get(Number(id.slice('event-'.length)));
            if (reply === undefined) return [];
            const of = reply.kind === 'orderQueryResponse' ? 'queryMessageId' : 'commandMessageId';
            return [{ ...reply, detail: { ...reply.detail, [of]: id } }];
          });
          found.forEach(onReply);
          return Promise.resolve(found);
        },
        each: () => Promise.reject(new Error('not of this pipeline')),
        close: () => {
          this.watching -= 1;
          return Promise.resolve();
        },
      });
    },
  };

  readonly unprojected = {
    list: (max: number) =>
      Promise.resolve([...this.objects.keys()].slice(0, max).map((key) => ({ key, at: new Date(0) }))),
    read: (key: string) => {
      this.reads += 1;
      return Promise.resolve(this.objects.get(key) ?? '');
    },
    remove: (key: string) => Promise.resolve(void this.objects.delete(key)),
  };

  /** Tables that were made equal, each with the one that it was made equal to. */
  readonly restored: string[][] = [];

  readonly tables: Tables = {
    keys: (after?: string) => this.tablePages(after),
    empty: (table: 'orders' | 'commands') => this.emptyPages(table),
    makeEqual: (table: string, from: string) => {
      this.restored.push([table, from]);
      return Promise.resolve({ put: 2, deleted: 1 });
    },
    putPoison: (pk: string) => {
      const id = this.quarantined.length + 1;
      const kept = { id, pk, error: 'no order', quarantinedAt: '2026-01-02 03:04:05', record: '{}' };
      this.quarantined = [...this.quarantined.filter((one) => one.pk !== pk), kept];
      return Promise.resolve();
    },
  };

  /** Whether its database is held still; `npm start` runs it here, unless a test says otherwise. */
  isHeld = false;
  database: LocalDatabase = {
    require: () => undefined,
    hold: () => {
      this.isHeld = true;
      return Promise.resolve(() => Promise.resolve(void (this.isHeld = false)));
    },
  };

  readonly readModel = {
    ask: <R extends Request>(request: R): Promise<Answers[R['operation']]> =>
      this.down === undefined
        ? Promise.resolve(this.answer(request) as Answers[R['operation']])
        : Promise.reject(new Error(this.down)),
    redrive: (pks: readonly string[]): Promise<Redriven> => {
      if (this.down !== undefined) return Promise.reject(new Error(this.down));
      if (pks.some((pk) => this.stuck.has(pk))) return Promise.reject(new Error('no answer'));
      this.redriven.push(...pks);
      this.quarantined = this.quarantined.filter(({ pk }) => !(pks.includes(pk) && this.good.has(pk)));
      return Promise.resolve({
        redriven: pks.filter((pk) => !this.bad.has(pk)),
        quarantined: pks.filter((pk) => this.bad.has(pk)),
      });
    },
    compare: (keys: readonly string[], onlyMissing: boolean): Promise<readonly KeyDifference[]> => {
      if (this.down !== undefined) return Promise.reject(new Error(this.down));
      this.compared.push([...keys]);
      const found = keys.flatMap((key) => this.differs.get(key)?.[0] ?? []);
      for (const { key } of found) if ((this.differs.get(key)?.length ?? 0) > 1) this.differs.get(key)?.shift();
      return Promise.resolve(found.filter(({ kind }) => !onlyMissing || kind === 'missing'));
    },
    check: (check: Check): Promise<Checked> => Promise.resolve({ differences: this.sumsOff.get(check) ?? [] }),
    mend: (places: readonly Place[]): Promise<void> => {
      this.mended.push(...places);
      return Promise.resolve();
    },
  };

  /** What is asked for a rebuild's status, one after the other; the last one stays. */
  rebuildStatuses: Status[] = [{ state: 'none' }];
  /** Executions that were started, by their segments. */
  readonly rebuildsStarted: number[] = [];
  rebuildRunning: string | undefined;
  rebuildEnds: Ended = { status: 'SUCCEEDED' };

  readonly rebuilds: Rebuilds = {
    status: () => {
      const [first = { state: 'none' }, ...others] = this.rebuildStatuses;
      if (others.length > 0) this.rebuildStatuses = others;
      return this.down === undefined ? Promise.resolve(first) : Promise.reject(new Error(this.down));
    },
    running: () => Promise.resolve(this.rebuildRunning),
    start: (segments) => {
      this.rebuildsStarted.push(segments);
      return Promise.resolve(`execution-${this.rebuildsStarted.length}`);
    },
    cancel: () => Promise.resolve(this.rebuildStatuses[0]?.state === 'filling'),
    wait: async (execution, onStatus) => {
      for (let left = this.rebuildStatuses.length; left > 1; left -= 1) onStatus(await this.rebuilds.status());
      return execution === '' ? { status: 'none' } : this.rebuildEnds;
    },
  };

  readonly monitor = {
    executions: () => Promise.resolve({ started: 12, failed: 1, over: 'since then' }),
    lag: () => Promise.resolve(undefined),
    countTable: () => Promise.resolve({ orders: 5, changes: 9 }),
  };

  protected async *tablePages(after?: string): AsyncIterable<readonly string[]> {
    const start = after === undefined ? 0 : this.tableKeys.indexOf(after) + 1;
    for (let page = start; page < this.tableKeys.length; page += 300)
      yield await Promise.resolve(this.tableKeys.slice(page, page + 300));
  }

  protected async *emptyPages(table: 'orders' | 'commands'): AsyncIterable<readonly string[]> {
    const list = table === 'orders' ? this.tableKeys : this.commandKeys;
    while (list.length > 0) yield await Promise.resolve(list.splice(0, 300));
    if (table === 'orders') list.push(...(this.incoming.shift() ?? []));
  }

  private answer(request: Request): Answers[Request['operation']] {
    switch (request.operation) {
      case 'status':
        return { active: 3, cancelled: 1, changes: 7, quarantined: this.quarantined.length };
      case 'quarantine.list': {
        const { after = 0, limit = 100 } = request;
        const behind = this.quarantined.filter(({ id }) => id > after);
        const records = behind
          .slice(0, limit)
          .map(({ id, pk, error, quarantinedAt }) => ({ id, pk, error, quarantinedAt }));
        return { records, ...(behind.length > limit && { next: records.at(-1)?.id ?? 0 }) };
      }
      case 'keys.list': {
        const behind = this.modelKeys.filter((key) => key > (request.after ?? '')).sort();
        const keys = behind.slice(0, 100);
        return { keys, ...(behind.length > 100 && { next: keys.at(-1) ?? '' }) };
      }
      case 'quarantine.get': {
        const record = this.quarantined.find(({ id }) => id === request.id);
        return record === undefined ? {} : { record };
      }
      case 'quarantine.discard': {
        const before = this.quarantined.length;
        this.quarantined = this.quarantined.filter(({ id }) => !request.ids.includes(id));
        return { discarded: before - this.quarantined.length };
      }
    }
  }
}

/** Runs the tool on it; resolves to the exit code and what it printed. */
export async function cli(
  pipeline: Pipeline,
  args: readonly string[],
  files: Readonly<Record<string, string>> = {},
  ask?: (question: string) => Promise<string>,
  pause: (ms: number) => Promise<void> = sleep,
  terminal = false,
): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ['', ''];
  const code = await runCli(args, {
    connect: () => Promise.resolve(pipeline),
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw new Error('no such file');
      return text;
    },
    stdout: { write: (text) => (stdout += text) },
    stderr: { isTTY: terminal, write: (text) => (stderr += text) },
    colours: false,
    sleep: pause,
    ...(ask && { ask }),
  });
  return { code, stdout, stderr };
}
