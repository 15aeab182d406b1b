/** The console's server. */
import Fastify, { type FastifyInstance } from 'fastify';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { guard } from './guard';
import { ConsoleProblem, tellProblem } from './problem';
import { addRoutes } from './routes';
import type { PipelineSource } from './source';

export interface ConsoleOptions {
  /** As the browser names it. */
  readonly port: number;
  /** Of this start; the page is delivered with it. */
  readonly token: string;
  /** Holds `index.html` and its assets, as console/build.ts makes them. */
  readonly page: string;
  /** Told of every error that is the console's own. */
  readonly onError: (error: unknown) => void;
}

/** Events of the pipeline have up to 256 KB. */
const MAX_BODY = 300_000;

/** What stands in index.html for the token. */
const TOKEN_PLACE = '__TOKEN__';

export function createApp(source: PipelineSource, options: ConsoleOptions): FastifyInstance {
  const { port, token, page, onError } = options;
  const app = Fastify({ bodyLimit: MAX_BODY });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const ours = error.statusCode === undefined || error.statusCode >= 500;
    const { status, ...words } = tellProblem(
      ours ? error : new ConsoleProblem(error.statusCode ?? 400, error.message, 'Correct it, then try again.'),
    );
    if (status >= 500) onError(error);
    return reply.status(status).send(words);
  });
  app.setNotFoundHandler(() => {
    throw new ConsoleProblem(404, 'There is nothing at this address.', 'Go to the console’s first page: /');
  });
  guard(app, port, token);
  const index = readFileSync(join(page, 'index.html'), 'utf8').replace(TOKEN_PLACE, token);
  app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(index));
  addAssets(app, join(page, 'assets'));
  addRoutes(app, source);
  return app;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** Each file by its name, from memory: there are three, and no path leads anywhere else. */
function addAssets(app: FastifyInstance, folder: string): void {
  for (const name of readdirSync(folder)) {
    const content = readFileSync(join(folder, name));
    app.get(`/assets/${name}`, (_request, reply) => reply.type(TYPES[extname(name)] ?? '').send(content));
  }
}
