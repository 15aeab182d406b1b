/** The console's server: who may ask, what is parsed, and how errors are told. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { request, type IncomingHttpHeaders } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../../console/server/app';
import { ConsoleProblem } from '../../../console/server/problem';
import { MemorySource } from '../../support/memory-source';

/** Of a worker of jest: others run at the same time. */
const PORT = 24_580 + Number(process.env['JEST_WORKER_ID'] ?? 0);
const TOKEN = 'token-of-this-start';
const HOST = { host: `127.0.0.1:${PORT}` };
const OURS = {
  ...HOST,
  origin: `http://127.0.0.1:${PORT}`,
  'x-console-token': TOKEN,
  'content-type': 'application/json',
};
const EVENT = { detailType: 'orderCommand', detail: { command: 'cancelOrder', orderId: '1' } };

let page: string;
let source: MemorySource;
let app: FastifyInstance;
let errors: unknown[];
beforeEach(async () => {
  page = mkdtempSync(join(tmpdir(), 'order-pipeline-console-'));
  mkdirSync(join(page, 'assets'));
  writeFileSync(join(page, 'index.html'), '<meta name="console-token" content="__TOKEN__" />');
  writeFileSync(join(page, 'assets', 'console.js'), 'let a;');
  source = new MemorySource();
  errors = [];
  app = createApp(source, { port: PORT, token: TOKEN, page, onError: (error) => errors.push(error) });
  await app.listen({ host: '127.0.0.1', port: PORT });
});
afterEach(async () => {
  await app.close();
  rmSync(page, { recursive: true });
});

type Words = Readonly<Record<'what' | 'whatToDo', string>>;

interface Answer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  json(): Words;
}

/** As a client that may say anything, `Host` included; a browser may not. */
function ask(method: string, url: string, headers: Record<string, string>, payload?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: PORT, method, path: url, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => {
        const { statusCode = 0, headers } = response;
        resolve({ statusCode, headers, body, json: () => JSON.parse(body) as Words });
      });
    });
    asked.once('error', reject);
    asked.end(payload);
  });
}

const get = (url: string, headers: Record<string, string> = HOST) => ask('GET', url, headers);
const post = (url: string, payload: unknown, headers: Record<string, string> = OURS) =>
  ask('POST', url, headers, JSON.stringify(payload));

describe('only the console’s own page may ask', () => {
  test('the page comes with the token of this start, and its assets', async () => {
    expect((await get('/')).body).toContain(`content="${TOKEN}"`);
    expect((await get('/assets/console.js')).body).toBe('let a;');
  });

  test.each(['evil.example', `evil.example:${PORT}`, '127.0.0.1', '127.0.0.1:80', `127.0.0.1:${PORT}.evil.example`, `0.0.0.0:${PORT}`])(
    'the host %j is refused, whatever is asked',
    async (host) => {
      for (const url of ['/', '/assets/console.js', '/api/executions']) expect((await get(url, { host })).statusCode).toBe(403);
      expect((await post('/api/events', EVENT, { ...OURS, host })).statusCode).toBe(403);
      expect(source.sent).toEqual([]);
    },
  ); // prettier-ignore

  test('localhost is the same machine', async () => {
    expect((await get('/api/executions', { host: `localhost:${PORT}` })).statusCode).toBe(200);
  });

  test.each(['cross-site', 'same-site'])('a request that a browser calls %s is refused', async (site) => {
    expect(
      (await get('/api/executions', { ...HOST, 'sec-fetch-site': site, 'sec-fetch-mode': 'cors' })).statusCode,
    ).toBe(403);
    const framed = { ...HOST, 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
    expect((await get('/', framed)).statusCode).toBe(403);
    const link = { ...framed, 'sec-fetch-dest': 'document' };
    expect((await get('/', link)).statusCode).toBe(200);
    expect((await get('/api/executions', { ...HOST, 'sec-fetch-site': 'same-origin' })).statusCode).toBe(200);
  });

  const without = (name: string) => Object.fromEntries(Object.entries(OURS).filter(([each]) => each !== name));
  test.each([
    ['no origin', without('origin'), 403],
    ['another origin', { ...OURS, origin: 'http://evil.example' }, 403],
    ['a null origin', { ...OURS, origin: 'null' }, 403],
    ['the origin of another port', { ...OURS, origin: 'http://127.0.0.1:8080' }, 403],
    ['no token', without('x-console-token'), 403],
    ['the token of another start', { ...OURS, 'x-console-token': 'token-of-that-start' }, 403],
    ['text', { ...OURS, 'content-type': 'text/plain' }, 415],
    ['a form', { ...OURS, 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ])('a POST with %s does nothing', async (_, headers, status) => {
    for (const url of ['/api/events', '/api/failed/discard', '/api/quarantine/redrive']) {
      const response = await post(url, EVENT, headers);
      expect(response.statusCode).toBe(status);
      expect(response.json()).toMatchObject({ what: expect.any(String), whatToDo: expect.any(String) });
    }
    expect([...source.sent, ...source.deeds]).toEqual([]);
  });

  test.each(['/', '/api/executions', '/assets/console.js', '/nowhere'])(
    '%s says what a browser may do with it',
    async (url) => {
      const { headers } = await get(url);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
      });
      const policy = String(headers['content-security-policy']).split('; ');
      expect(policy).toEqual(
        expect.arrayContaining(["default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]),
      );
      expect(policy.join()).not.toMatch(/unsafe|\*/);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    },
  );

  test('a preflight is no permission', async () => {
    const headers = { ...HOST, origin: 'http://evil.example', 'access-control-request-method': 'POST' };
    const response = await ask('OPTIONS', '/api/events', headers);
    expect(response.statusCode).toBe(403);
    expect(Object.keys(response.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('what is sent is parsed', () => {
  test('a filter, with what it does not name left out', async () => {
    await get('/api/executions?kind=createOrder&outcome=refused&id=%20o-1%20&limit=7');
    await get('/api/executions');
    expect(source.asked).toEqual([{ kind: 'createOrder', outcome: 'refused', id: 'o-1', limit: 7 }, { limit: 50 }]);
  });

  test.each([
    ['/api/executions?limit=0', 'limit'],
    ['/api/executions?limit=501', 'limit'],
    ['/api/executions?limit=all', 'limit'],
    ['/api/executions?outcome=fine', 'outcome'],
    [`/api/executions?id=${'x'.repeat(201)}`, 'id'],
    ['/api/executions/..%2f..', 'name'],
    ['/api/orders/a%20b', 'orderId'],
    ['/api/reports/items?limit=501', 'limit'],
    ['/api/reports/months/%3Cb%3E', 'itemid'],
  ])('%s is refused, naming %s', async (url, field) => {
    const response = await get(url);
    expect(response.statusCode).toBe(400);
    expect(response.json().what).toContain(field);
  });

  test.each([
    ['/api/events', { ...EVENT, detailType: 'orderCommandResponse' }],
    ['/api/events', { ...EVENT, detail: 'text' }],
    ['/api/events', { ...EVENT, time: 'yesterday' }],
    ['/api/failed/forget', { ids: ['a'] }],
    ['/api/failed/discard', { ids: [] }],
    ['/api/failed/discard', {}],
    ['/api/quarantine/discard', { ids: ['1 OR 1=1'] }],
    ['/api/quarantine/discard', { ids: [0] }],
  ])('POST %s %j is refused', async (url, body) => {
    expect((await post(url, body)).statusCode).toBe(400);
    expect([...source.sent, ...source.deeds]).toEqual([]);
  });

  test('what is as it should be is done', async () => {
    expect((await post('/api/events', { ...EVENT, more: 1 })).json()).toEqual({ eventId: 'event-1' });
    expect(source.sent).toEqual([EVENT]);
    await post('/api/failed/redrive', { ids: ['a', 'b'] });
    await post('/api/quarantine/discard', { ids: [12] });
    expect(source.deeds).toEqual([['redrive', ['a', 'b']], ['discard', [12]]]); // prettier-ignore
  });

  test('reports are the pipeline’s own queries', async () => {
    const query = { query: 'monthlySalesByItem', itemid: 'z3333', limit: 100 };
    expect((await get('/api/reports/months/z3333')).json()).toMatchObject({ queryResult: [query] });
  });
});

describe('an error', () => {
  test.each([
    [Object.assign(new AggregateError([new Error('connect')]), { code: 'ECONNREFUSED' }), 503, 'npm start'],
    [new ConsoleProblem(404, 'There is no such thing.', 'Choose another.'), 404, 'Choose another.'],
    [new Error('odd'), 500, 'console.log'],
  ])('%s is told with what to do', async (problem, status, words) => {
    source.problem = problem;
    const response = await get('/api/executions');
    expect(response.statusCode).toBe(status);
    expect(response.json().whatToDo).toContain(words);
    expect(errors).toEqual(status >= 500 ? [problem] : []);
  });

  test('an address that leads nowhere, and JSON that is none', async () => {
    expect((await get('/nowhere')).statusCode).toBe(404);
    expect((await ask('POST', '/api/events', OURS, '{')).statusCode).toBe(400);
    expect(errors).toEqual([]);
  });
});
