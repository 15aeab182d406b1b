/** The latest executions, kept up to date: new ones are described once they are seen, running ones until they have ended. */
import type { ExecutionPage, ExecutionRow } from '../api';
import type { ExecutionFilter } from '../server/source';
import { Bounded } from './bounded';
import { rowOf } from './execution-row';
import type { Listed, Workflow } from './workflow';

/** Executions that are remembered. */
const CAPACITY = 5_000;
/** Described at once. */
const AT_ONCE = 8;

export interface Feed {
  /** Looks for what is new. */
  poll(): Promise<void>;
  page(filter: ExecutionFilter): ExecutionPage;
}

export function createFeed(workflow: Pick<Workflow, 'list' | 'describe'>, capacity = CAPACITY): Feed {
  const rows = new Bounded<ExecutionRow>(capacity);
  /** When the oldest that is remembered began, once something was forgotten: what is older is not looked at again. */
  let horizon = '';

  const isNews = ({ name, startedAt }: Listed): boolean =>
    (rows.get(name)?.outcome ?? 'running') === 'running' && startedAt.toISOString() >= horizon;

  /** Executions that are not known in their end, the oldest first. */
  const findNews = async (): Promise<Listed[]> => {
    const news: Listed[] = [];
    let next: string | undefined;
    do {
      const page = await workflow.list(next);
      const fresh = page.executions.filter(isNews);
      news.push(...fresh);
      const caughtUp = fresh.length < page.executions.length && fresh.every(({ running }) => !running);
      next = caughtUp || news.length >= capacity ? undefined : page.next;
    } while (next !== undefined);
    return news.slice(0, capacity).reverse();
  };

  return {
    async poll() {
      const news = await findNews();
      for (let start = 0; start < news.length; start += AT_ONCE) {
        const some = news.slice(start, start + AT_ONCE);
        const described = await Promise.all(some.map(({ name }) => workflow.describe(name)));
        for (const one of described) rows.set(one.name, rowOf(one));
      }
      if (rows.forgotten) horizon = rows.all()[0]?.startedAt ?? '';
    },
    page(filter) {
      const all = rows.all();
      const matching = all.filter((row) => matches(row, filter)).sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
      return {
        executions: matching.slice(0, filter.limit),
        matching: matching.length,
        remembered: all.length,
        forgotten: rows.forgotten,
      };
    },
  };
}

const matches = (row: ExecutionRow, { kind, outcome, id }: ExecutionFilter): boolean =>
  (kind === undefined || row.kind === kind) &&
  (outcome === undefined || row.outcome === outcome) &&
  (id === undefined || [row.name, row.eventId, row.subject].some((text) => text.includes(id)));
