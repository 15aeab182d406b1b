/** A pipeline with its console, as `npm start` brings them up, for the browser. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { consoleUrl, startConsole } from '../../local/console';
import { envFileText } from '../../local/env-file';
import { LOCAL } from '../../local/paths';
import { freePort } from '../../local/ports';
import { startLocalPipeline, type LocalPipeline } from './local-pipeline';

export interface ConsolePipeline extends LocalPipeline {
  /** Such as `http://127.0.0.1:4580/`. */
  readonly url: string;
  /** Starts one more console, on a cloud at another address. */
  startAnother(endpoint: string): Promise<{ readonly url: string; readonly stop: () => Promise<void> }>;
}

/** @param name of the folder under `.local/test` that is emptied for it. */
export async function startConsolePipeline(name: string): Promise<ConsolePipeline> {
  const pipeline = await startLocalPipeline(name);
  const folder = join(LOCAL, 'test', name);
  const start = async (endpoint: string) => {
    const port = await freePort();
    const envFile = join(folder, `env-${port}`);
    writeFileSync(envFile, envFileText(endpoint, pipeline.outputs, pipeline.readModel), { mode: 0o600 });
    const { server, ready } = startConsole({ port, envFile, log: join(folder, `console-${port}.log`) });
    await ready;
    return { url: consoleUrl(port), stop: () => server.stop() };
  };
  try {
    const { url, stop } = await start(pipeline.endpoint);
    return {
      ...pipeline,
      url,
      startAnother: start,
      stop: async () => {
        await stop();
        await pipeline.stop();
      },
    };
  } catch (error) {
    await pipeline.stop();
    throw error;
  }
}
