/** A pipeline to look at, in memory. */
import type {
  Dealt,
  EventToSend,
  ExecutionPage,
  ExecutionRow,
  FailedPage,
  Health,
  QuarantinePage,
} from '../../console/api';
import type { Deed, ExecutionFilter, PipelineSource } from '../../console/server/source';

const nothing = (): never => {
  throw new Error('this test does not ask that');
};

/** What was asked of it is kept; a test overrides what it needs. */
export class MemorySource implements PipelineSource {
  readonly asked: ExecutionFilter[] = [];
  readonly sent: EventToSend[] = [];
  readonly deeds: (readonly [Deed, readonly (string | number)[]])[] = [];
  problem: Error | undefined;

  where = (): Promise<string> => Promise.resolve('stack order-pipeline in memory');
  definition = nothing;
  execution = nothing;
  order = nothing;
  failed = (): Promise<FailedPage> => Promise.resolve({ failed: [], more: false });
  quarantined = (): Promise<QuarantinePage> => Promise.resolve({ records: [], more: false });
  health = (): Promise<Health> => {
    const none = { value: 0 };
    return Promise.resolve({ lag: [], parked: none, undelivered: none, unprojected: none, quarantined: none });
  };
  samples = (): readonly [] => [];
  close = (): Promise<void> => Promise.resolve();

  executions = (filter: ExecutionFilter): Promise<ExecutionPage> => {
    this.asked.push(filter);
    if (this.problem !== undefined) return Promise.reject(this.problem);
    return Promise.resolve({ executions: [], matching: 0, remembered: 0, forgotten: false });
  };
  query: PipelineSource['query'] = (detail) =>
    Promise.resolve({ queryStatus: 200, queryResult: detail['query'] === 'itemsSalesReport' ? [] : [detail] });
  send = (event: EventToSend): Promise<string> => {
    this.sent.push(event);
    return Promise.resolve('event-1');
  };
  dealWithFailed = (deed: Deed, ids: readonly string[]): Promise<Dealt> => this.deal(deed, ids);
  dealWithQuarantined = (deed: Deed, ids: readonly number[]): Promise<Dealt> => this.deal(deed, ids);

  private deal(deed: Deed, ids: readonly (string | number)[]): Promise<Dealt> {
    this.deeds.push([deed, ids]);
    return Promise.resolve({ done: ids.length, undone: [] });
  }
}

const COUNT = 5_000;
const ITEMS = 500;
const KEPT = 50;
const at = (n: number): string => new Date(1_767_323_045_000 + n * 1_000).toISOString();
const long = (n: number, length: number): string => String(n).padStart(length, 'x');

/** As full as the console lets it be, with ids of full length. */
export class FullSource extends MemorySource {
  override executions = ({ limit }: ExecutionFilter): Promise<ExecutionPage> => {
    const executions = Array.from({ length: limit }, (_, n): ExecutionRow => {
      const outcome = (['done', 'refused', 'failed'] as const)[n % 3] ?? 'done';
      const ids = { name: `execution-${n}`, eventId: `event-${n}`, subject: `order#${long(n, 64)}` };
      return {
        ...ids,
        outcome,
        kind: 'createOrder',
        startedAt: at(COUNT - n),
        endedAt: at(COUNT - n),
        answer: 'orderCreated, version 1',
      };
    });
    return Promise.resolve({ executions, matching: COUNT, remembered: COUNT, forgotten: true });
  };
  override query: PipelineSource['query'] = ({ nextToken = '0' }) => {
    const start = Number(nextToken);
    const queryResult = Array.from({ length: 50 }, (_, n) => ({
      itemid: `item-${String(start + n).padStart(4, '0')}`,
      totalordered: 1_000_000 + n,
      lastorderdate: '2026-01-02',
    }));
    return Promise.resolve({
      queryStatus: 200,
      queryResult,
      ...(start + 50 < ITEMS && { nextToken: String(start + 50) }),
    });
  };
  override health = (): Promise<Health> => {
    const much = { value: 100, orMore: true } as const;
    const lag = Array.from({ length: 3_600 }, (_, n) => ({ at: at(n), milliseconds: (n * 37) % 900 }));
    return Promise.resolve({
      lag,
      parked: much,
      undelivered: { problem: 'it does not answer' },
      unprojected: much,
      quarantined: much,
    });
  };
  override failed = (): Promise<FailedPage> => {
    const failed = Array.from({ length: KEPT }, (_, n) => ({
      id: `message-${n}`,
      where: 'parked' as const,
      at: at(n),
      what: `createOrder ${long(n, 64)}`,
      error: `OrderPipeline.EventTooLarge: ${long(n, 300)}`,
      whole: '{}',
    }));
    return Promise.resolve({ failed, more: true });
  };
}
