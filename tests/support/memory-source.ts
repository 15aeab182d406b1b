/** A pipeline to look at, in memory. */
import type { Dealt, EventToSend, ExecutionPage } from '../../console/api';
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
  failed = nothing;
  quarantined = nothing;
  health = nothing;
  samples = (): readonly [] => [];
  close = (): Promise<void> => Promise.resolve();

  executions = (filter: ExecutionFilter): Promise<ExecutionPage> => {
    this.asked.push(filter);
    if (this.problem !== undefined) return Promise.reject(this.problem);
    return Promise.resolve({ executions: [], matching: 0, remembered: 0, forgotten: false });
  };
  query: PipelineSource['query'] = (detail) => Promise.resolve({ queryStatus: 200, queryResult: [detail] });
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
