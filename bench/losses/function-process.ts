/** A function in a process of its own, that can be killed while it works, as Lambda's sandboxes die; the next delivery gets a new one. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { PasswordConfig } from '../../functions/shared/database';
import type { Answer, Request, Side } from './handlers';
import type { OutageProxy } from './outage-proxy';

export interface FunctionProcess {
  /**
   * Delivers. @param killAfter kills it when it has sent so many statements, if it comes to that.
   * @returns whether it said that it is done.
   */
  deliver(records: readonly unknown[], killAfter: number | undefined): Promise<boolean>;
  /** How often it was killed, and how many errors it kept to itself. */
  readonly counts: { kills: number; keptToItself: number };
  stop(): void;
}

/** The process's answer; undefined where it ended instead. */
const ask = (child: ChildProcess, request: Request): Promise<Answer | undefined> =>
  new Promise((resolve) => {
    const end = (answer: Answer | undefined): void => {
      child.removeListener('message', end);
      child.removeListener('exit', onExit);
      resolve(answer);
    };
    const onExit = (): void => {
      end(undefined);
    };
    child.on('message', end);
    child.on('exit', onExit);
    child.send(request);
  });

export function startFunction(side: Side, config: PasswordConfig, proxy: OutageProxy): FunctionProcess {
  const counts = { kills: 0, keptToItself: 0 };
  const start = async (): Promise<ChildProcess> => {
    const child = fork(join(__dirname, 'handlers.ts'), { execArgv: ['--import', 'tsx'] });
    await ask(child, { start: side, config: { ...config, DATABASE_PORT: proxy.port } });
    return child;
  };
  let current = start();
  return {
    counts,
    async deliver(records, killAfter) {
      const child = await current;
      const kill = (): void => {
        if (child.kill('SIGKILL')) counts.kills += 1;
      };
      const callOff = killAfter === undefined ? undefined : proxy.afterStatements(killAfter, kill);
      const answer = await ask(child, { records });
      callOff?.();
      if (answer === undefined) current = start();
      if (answer === undefined || 'error' in answer) return false;
      counts.keptToItself += answer.keptToItself;
      return true;
    },
    stop() {
      void current.then((child) => {
        child.disconnect();
      });
    },
  };
}
