/** Looking through a queue without losing a message: what was looked at stays hidden from others until the end. */
import type { QueueMessage } from '../pipeline';

/** While we look at messages nobody else sees them; if we die, they are back after this. */
export const VISIBILITY_SECONDS = 300;

/** Long work tells the queue well before that. */
const EXTEND_MS = 100_000;

/** A message, and the handle by which it is ours. */
export type Received = Omit<QueueMessage, 'remove'> & { readonly handle: string };

/** What is asked of SQS. */
export interface QueueCalls {
  /** The next messages, hidden for VISIBILITY_SECONDS; none where there are no more. */
  receive(): Promise<readonly Received[]>;
  /** Hides messages for so many seconds from now; 0 gives them back. */
  hide(handles: readonly string[], seconds: number): Promise<void>;
  remove(handle: string): Promise<void>;
}

/** As `Queue.borrow`. Bodies are not kept: only handles are, of whatever was not removed. */
export async function borrow<T>(
  queue: QueueCalls,
  work: (pages: AsyncIterable<readonly QueueMessage[]>) => Promise<T>,
): Promise<T> {
  const handles = new Map<string, string>();
  const hideAll = (seconds: number): Promise<void> => queue.hide([...handles.values()], seconds).catch(() => undefined); // they come back by themselves, later
  const timer = setInterval(() => void hideAll(VISIBILITY_SECONDS), EXTEND_MS);

  async function* pages(): AsyncIterable<readonly QueueMessage[]> {
    for (;;) {
      const received = await queue.receive();
      if (received.length === 0) return;
      const fresh = received.filter(({ id }) => !handles.has(id)); // SQS may deliver a hidden message once more
      for (const { id, handle } of received) handles.set(id, handle);
      yield fresh.map((message) => ({
        ...message,
        async remove() {
          await queue.remove(handles.get(message.id) ?? '');
          handles.delete(message.id);
        },
      }));
    }
  }

  try {
    return await work(pages());
  } finally {
    clearInterval(timer);
    await hideAll(0);
  }
}
