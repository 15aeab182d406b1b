/** Programs that print. */
import type { Writable } from 'node:stream';

/** Who reads on no more, such as `| head`, or a `| tee` that Ctrl-C ended first, ends no work, and is no error. */
export function outliveReaders(...streams: readonly Writable[]): void {
  for (const stream of streams)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
}
