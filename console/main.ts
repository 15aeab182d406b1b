/** The console as a process of its own: `npm start` starts it, and it looks at what `npm start` runs. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { messageOf, Problem } from '../local/problem';
import { buildPage } from './build';
import { connectLocal } from './local/connect';
import { createApp } from './server/app';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: 'string' }, env: { type: 'string' } } });
  const port = Number(values.port);
  const [source, page] = await Promise.all([connectLocal(values.env ?? ''), buildPage()]);
  const token = randomBytes(24).toString('base64url');
  const app = createApp(source, { port, token, page, onError: (error) => { console.error(new Date().toISOString(), error); } }); // prettier-ignore
  await app.listen({ host: '127.0.0.1', port });
  console.log(`The console listens on http://127.0.0.1:${port}/`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Problem ? messageOf(error) : error);
  process.exit(1);
});
