/** The processes of writers: started once, given a task each, begun all at once. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Done, Task, Word } from './writer-process';

export interface Writers {
  /** Does the tasks at once, each in a process of its own; `onBegin` is called when all are ready. */
  perform(tasks: readonly Task[], onBegin: () => void): Promise<Done[]>;
  close(): void;
}

/** The process's next word. @throws its error, or that it ended. */
const hear = <T extends Word>(worker: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    const onExit = (): void => {
      reject(new Error('A writer of the benchmark ended'));
    };
    worker.once('exit', onExit);
    worker.once('message', (word: Word) => {
      worker.removeListener('exit', onExit);
      if (typeof word === 'object' && 'error' in word) reject(new Error(word.error));
      else resolve(word as T);
    });
  });

export function startWriters(): Writers {
  const workers: ChildProcess[] = [];
  const workerAt = (n: number): ChildProcess =>
    (workers[n] ??= fork(join(__dirname, 'writer-process.ts'), { execArgv: ['--import', 'tsx'] }));
  return {
    async perform(tasks, onBegin) {
      const own = tasks.map((_, n) => workerAt(n));
      const ready = own.map((worker) => hear<'ready'>(worker));
      own.forEach((worker, n) => worker.send(tasks[n] ?? ''));
      await Promise.all(ready);
      onBegin();
      const done = own.map((worker) => hear<Done>(worker));
      for (const worker of own) worker.send('begin');
      return Promise.all(done);
    },
    close() {
      for (const worker of workers) worker.disconnect();
    },
  };
}
