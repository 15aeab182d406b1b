/** Consoles for the browser tests, each a process as `npm start` begins one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PasswordConfig } from '../../functions/shared/database';
import { consoleUrl, startConsole } from '../../local/console';
import type { Outputs } from '../../local/deploy';
import { envFileText } from '../../local/env-file';
import { LOCAL } from '../../local/paths';
import { freePort } from '../../local/ports';

export interface RunningConsole {
  /** Such as `http://127.0.0.1:4580/`. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Starts one that looks at the cloud at `endpoint`; its files are in `.local/test/<name>`. */
export async function startTestConsole(
  name: string,
  endpoint: string,
  outputs: Outputs,
  readModel: PasswordConfig,
): Promise<RunningConsole> {
  const port = await freePort();
  const folder = join(LOCAL, 'test', name);
  mkdirSync(folder, { recursive: true });
  const envFile = join(folder, `env-${port}`);
  writeFileSync(envFile, envFileText(endpoint, outputs, readModel), { mode: 0o600 });
  const { server, ready } = startConsole({ port, envFile, log: join(folder, `console-${port}.log`) });
  try {
    await ready;
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url: consoleUrl(port), stop: () => server.stop() };
}
