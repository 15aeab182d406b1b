/** Emptying a table, against a server that throttles: it does half of each call of writes, and leaves the rest. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { emptyTable } from '../../../cli/aws/table-empty';
import { isProtectedBy } from '../../../cli/connect';
import { clientOptions } from '../../../local/clients';
import { loadTemplate } from '../../template/load-template';

interface Key {
  readonly pk: { readonly S: string };
}
interface Scan {
  readonly ExclusiveStartKey?: Key;
}
interface Write {
  readonly RequestItems: Readonly<Record<string, readonly { readonly DeleteRequest: { readonly Key: Key } }[]>>;
}

const PAGE = 120;
let server: Server;
let left: Set<string>;
let writes: number[];

/** In the order of its keys, as they were before anything was deleted. */
const all = Array.from({ length: 301 }, (_, n) => `order#${String(n).padStart(3, '0')}`);

function scan({ ExclusiveStartKey }: Scan): object {
  const start = ExclusiveStartKey === undefined ? 0 : all.indexOf(ExclusiveStartKey.pk.S) + 1;
  const page = all.slice(start, start + PAGE);
  const last = page.at(-1);
  const more = start + PAGE < all.length && last !== undefined && { LastEvaluatedKey: { pk: { S: last } } };
  return { Items: page.filter((pk) => left.has(pk)).map((pk) => ({ pk: { S: pk } })), ...more };
}

function write({ RequestItems }: Write): object {
  const [[table, requests] = ['', []]] = Object.entries(RequestItems);
  writes.push(requests.length);
  const done = requests.slice(0, Math.ceil(requests.length / 2));
  for (const { DeleteRequest } of done) left.delete(DeleteRequest.Key.pk.S);
  const unprocessed = requests.slice(done.length);
  return { UnprocessedItems: unprocessed.length === 0 ? {} : { [table]: unprocessed } };
}

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      const isScan = request.headers['x-amz-target'] === 'DynamoDB_20120810.Scan';
      const answer = isScan ? scan(JSON.parse(body) as Scan) : write(JSON.parse(body) as Write);
      response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  left = new Set(all);
  writes = [];
});

const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test('deletes every item, however little each call does, and tells the keys of a page when they are gone', async () => {
  const told: string[] = [];
  for await (const keys of emptyTable(clientOptions(address()), 'orders')) {
    expect(keys.filter((key) => left.has(key))).toEqual([]);
    told.push(...keys);
  }
  expect(told).toEqual(all);
  expect(left.size).toBe(0);
  expect(Math.max(...writes)).toBeLessThanOrEqual(25);
  expect(writes.length).toBeGreaterThan(all.length / 25);
});

test('of what is empty already tells nothing, and writes nothing', async () => {
  left.clear();
  for await (const keys of emptyTable(clientOptions(address()), 'orders')) throw new Error(keys.join());
  expect(writes).toEqual([]);
});

test('a stack is protected by the parameter that protects its tables', () => {
  const [name = ''] = Object.keys(loadTemplate().Parameters).filter((one) => one === 'DeletionProtection');
  expect(isProtectedBy([{ ParameterKey: 'LogLevel', ParameterValue: 'true' }, { ParameterKey: name, ParameterValue: 'true' }])).toBe(true); // prettier-ignore
  expect(isProtectedBy([{ ParameterKey: name, ParameterValue: 'false' }])).toBe(false);
  expect(isProtectedBy(undefined)).toBe(false);
});
