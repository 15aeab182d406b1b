/**
 * Who may ask. The server listens on loopback alone, but any page that a browser of this machine shows can send requests there:
 * none of them may act or read. https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ConsoleProblem } from './problem';

/** Header in which the page sends the token that it was delivered with. */
export const TOKEN_HEADER = 'x-console-token';

/** All comes from this server: no inline script, no frame, no form that leads elsewhere. */
const HEADERS = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

const RELOAD = 'Load the page anew at the address that npm start printed.';

/** @param port as the browser sees it. @param token of this start. */
export function guard(app: FastifyInstance, port: number, token: string): void {
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port}`);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(HEADERS);
    requireHost(request, hosts);
    requireSameSite(request);
    if (request.method !== 'GET' && request.method !== 'HEAD') requirePage(request, hosts, token);
    done();
  });
}

/** A name of somebody's that leads to 127.0.0.1 (DNS rebinding) makes our answers theirs to read. */
function requireHost({ headers }: FastifyRequest, hosts: readonly string[]): void {
  if (!hosts.includes(headers.host ?? '')) throw new ConsoleProblem(403, 'This host is not the console’s.', RELOAD);
}

/** Browsers tell it of every request: https://www.w3.org/TR/fetch-metadata/ */
function requireSameSite({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  if (headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document') return; // a link to the page
  throw new ConsoleProblem(403, 'Another site’s page may not ask the console.', RELOAD);
}

function requirePage({ headers }: FastifyRequest, hosts: readonly string[], token: string): void {
  if (!hosts.some((host) => headers.origin === `http://${host}`))
    throw new ConsoleProblem(403, 'Only the console’s own page may do that.', RELOAD);
  if (!isSame(headers[TOKEN_HEADER], token))
    throw new ConsoleProblem(403, 'The page is of another start of the console.', RELOAD);
  if (!/^application\/json(;|$)/.test(headers['content-type'] ?? ''))
    throw new ConsoleProblem(415, 'A request that changes something is JSON.', RELOAD);
}

function isSame(given: unknown, token: string): boolean {
  if (typeof given !== 'string') return false;
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
