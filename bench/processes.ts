/** Processes that do tasks at once, as function instances do: started once, given a task each, begun together. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Word } from './task-process';

export interface Processes<Task, Done> {
  /** Does the tasks at once, each in a process of its own; `onBegin` is called when all are ready. */
  perform(tasks: readonly Task[], onBegin: () => void): Promise<Done[]>;
  close(): void;
}

/** The process's next word. @throws its error, or that it ended. */
const hear = <T>(worker: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    const onExit = (): void => {
      reject(new Error('A process of the benchmark ended'));
    };
    worker.once('exit', onExit);
    worker.once('message', (word: Word<T>) => {
      worker.removeListener('exit', onExit);
      if (word === 'ready') resolve(word as T);
      else if ('error' in word) reject(new Error(word.error));
      else resolve(word.done);
    });
  });

/** @param script the process's file in this folder; it calls `performTasks`. */
export function startProcesses<Task extends object, Done>(script: string): Processes<Task, Done> {
  const workers: ChildProcess[] = [];
  const workerAt = (n: number): ChildProcess =>
    (workers[n] ??= fork(join(__dirname, script), { execArgv: ['--import', 'tsx'] }));
  return {
    async perform(tasks, onBegin) {
      const own = tasks.map((_, n) => workerAt(n));
      const ready = own.map((worker) => hear(worker));
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
