/** A server for calls of AWS services: it makes every signature again before it answers, with nothing but Node's crypto. */
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call, as it came. */
export interface AwsRequest {
  readonly operation: string;
  readonly input: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** Or instead of an answer: the connection is closed, or nothing comes. */
export type Reply = { readonly status?: number; readonly body: object | string } | 'hang up' | 'silence';

export interface AwsServer {
  readonly address: string;
  readonly requests: AwsRequest[];
  close(): Promise<void>;
}

/** Who calls. */
export const CALLER = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret-key',
  AWS_SESSION_TOKEN: 'session-token',
  AWS_REGION: 'eu-central-1',
};

const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex');

/** @returns why the signature is no good: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function refusalOf({ headers, method, path, body }: AwsRequest, service: string): string | undefined {
  const [, credential = '', signed = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=(\w+)$/.exec(headers['authorization'] ?? '') ??
    [];
  const date = headers['x-amz-date'] ?? '';
  const scope = `${date.slice(0, 8)}/${CALLER.AWS_REGION}/${service}/aws4_request`;
  if (credential !== `${CALLER.AWS_ACCESS_KEY_ID}/${scope}`) return `credential ${credential}`;
  if (headers['x-amz-security-token'] !== CALLER.AWS_SESSION_TOKEN) return 'session token';
  const names = signed.split(';');
  if (!['host', 'x-amz-date', 'x-amz-target'].every((name) => names.includes(name))) return `signed headers ${signed}`;
  const canonical = names.map((name) => `${name}:${headers[name] ?? ''}\n`).join('');
  const request = [method, path, '', canonical, signed, sha256(body)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${CALLER.AWS_SECRET_ACCESS_KEY}`);
  const expected = hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256(request)].join('\n')).toString('hex');
  return signature === expected ? undefined : 'signature';
}

async function read(request: IncomingMessage): Promise<AwsRequest> {
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += String(part);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const operation = headers['x-amz-target']?.split('.').at(-1) ?? '';
  const { method = '', url: path = '' } = request;
  return { operation, input: JSON.parse(body), headers, method, path, body };
}

/** @param answer is asked for each call that is rightly signed. */
export async function startAwsServer(service: string, answer: (request: AwsRequest) => Reply): Promise<AwsServer> {
  const requests: AwsRequest[] = [];
  const server = createServer((incoming, response) => {
    void read(incoming).then((request) => {
      requests.push(request);
      const refusal = refusalOf(request, service);
      const body = { __type: 'com.amazon.coral#InvalidSignatureException', message: refusal };
      const reply = refusal === undefined ? answer(request) : { status: 400, body };
      if (reply === 'silence') return undefined;
      if (reply === 'hang up') return incoming.socket.destroy();
      response.writeHead(reply.status ?? 200, { 'content-type': 'application/x-amz-json-1.1' });
      return response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
