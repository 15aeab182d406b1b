/** Talking with the pipeline: events are sent, and their replies awaited, as `send --wait` does. */
import { EVENT_SOURCE } from '../../functions/shared/contract';
import { answeredEvent } from '../../local/replies';
import { CliProblem, EXIT } from '../exit';
import { ticking, type Output } from '../output';
import type { Bus, Entry, Replies } from '../pipeline';
import type { Detail } from './desk';

/** A conversation over one queue of replies. */
export interface Talk {
  /**
   * Sends commands or queries and resolves to the replies' details, in the same order.
   *
   * @throws CliProblem when the bus refuses one, or one has no reply in time.
   */
  say(details: readonly Detail[]): Promise<Detail[]>;
}

/** Seconds that replies are awaited: a query of a database that is away is answered by 503 after 2.5 minutes at most. */
const PATIENCE = 180;

/** The event of a command or a query. */
export const entryOf = (detail: Detail): Entry => ({
  source: EVENT_SOURCE,
  detailType: 'query' in detail ? 'orderQuery' : 'orderCommand',
  detail: JSON.stringify(detail),
});

/** Runs `work` with a queue for the replies, which is removed at the end. */
export async function talking<T>(bus: Bus, output: Output, work: (talk: Talk) => Promise<T>): Promise<T> {
  const replies = await ticking(
    output,
    () => 'making a queue for the replies',
    () => bus.watchReplies(),
  );
  try {
    return await work({ say: (details) => say(bus, replies, output, details) });
  } finally {
    await replies.close();
  }
}

async function say(bus: Bus, replies: Replies, output: Output, details: readonly Detail[]): Promise<Detail[]> {
  const results = await bus.put(details.map(entryOf));
  const ids = results.map((result) => {
    if ('eventId' in result) return result.eventId;
    throw new CliProblem(EXIT.failed, `The bus refused an event: ${result.error}`);
  });
  const found = new Map<unknown, Detail>();
  const waiting = (passed: number): string => `${found.size} of ${ids.length} replies, ${passed} s of ${PATIENCE} s`;
  await ticking(output, waiting, () =>
    replies.to(ids, PATIENCE * 1000, (reply) => found.set(answeredEvent(reply), reply.detail)),
  );
  return ids.map((id) => {
    const detail = found.get(id);
    if (detail !== undefined) return detail;
    throw new CliProblem(
      EXIT.noReply,
      `The event ${id} had no reply within ${PATIENCE} s. What the pipeline could not do: npx order-pipeline failed ls`,
    );
  });
}
