import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { answerRequest, parseRequest, sendByHttp, type CustomResourceRequest } from '../../../db-init/custom-resource';

const request: CustomResourceRequest = {
  RequestType: 'Create',
  ResponseURL: 'https://example.com/answer?signature=1',
  StackId: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/order-pipeline/1',
  RequestId: 'request-1',
  LogicalResourceId: 'ReadModelSchema',
};

/** Answers the request and returns what was sent where. */
async function answered(work: () => Promise<void>, deadlineMs = 1_000, asked = request) {
  const sent: { url: string; body: Record<string, string>; bytes: number }[] = [];
  await answerRequest(
    asked,
    work,
    (url, body) => {
      sent.push({ url, body: JSON.parse(body) as Record<string, string>, bytes: Buffer.byteLength(body) });
      return Promise.resolve();
    },
    deadlineMs,
  );
  const [only, ...more] = sent;
  if (only === undefined || more.length > 0) throw new Error(`answered ${sent.length} times`);
  return only;
}

describe('the answer to CloudFormation', () => {
  test('is SUCCESS with the request it belongs to', async () => {
    const { url, body } = await answered(() => Promise.resolve());
    expect(url).toBe(request.ResponseURL);
    expect(body).toEqual({
      Status: 'SUCCESS',
      Reason: 'done',
      PhysicalResourceId: 'ReadModelSchema',
      StackId: request.StackId,
      RequestId: 'request-1',
      LogicalResourceId: 'ReadModelSchema',
    });
  });

  test('keeps the physical id, so that an update replaces nothing', async () => {
    const { body } = await answered(() => Promise.resolve(), 1_000, {
      ...request,
      RequestType: 'Update',
      PhysicalResourceId: 'mine',
    });
    expect(body['PhysicalResourceId']).toBe('mine');
  });

  test('is FAILED with the error as the reason', async () => {
    const { body } = await answered(() =>
      Promise.reject(new Error('Migration 0003 failed: Unknown column (errno 1054)')),
    );
    expect(body).toMatchObject({ Status: 'FAILED', Reason: 'Migration 0003 failed: Unknown column (errno 1054)' });
  });

  test('is FAILED in time when the work does not end', async () => {
    const { body } = await answered(() => new Promise(() => undefined), 20);
    expect(body).toMatchObject({ Status: 'FAILED', Reason: 'not done within 0 seconds' });
  });

  test('stays under the 4,096 bytes that CloudFormation takes', async () => {
    const { bytes } = await answered(() => Promise.reject(new Error('x'.repeat(100_000))));
    expect(bytes).toBeLessThan(4_096);
  });

  test('is not attempted where there is no address to send it to', () => {
    expect(() => parseRequest({ RequestType: 'Create' })).toThrow();
    expect(parseRequest({ ...request, ServiceToken: 'arn', ResourceProperties: {} })).toEqual(request);
  });
});

describe('sending the answer', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  const serve = (statuses: number[]) =>
    new Promise<{ url: string; bodies: string[] }>((resolve) => {
      const bodies: string[] = [];
      server = createServer((incoming, response) => {
        let body = '';
        incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
        incoming.on('end', () => {
          bodies.push(`${incoming.method ?? ''} ${body}`);
          response.writeHead(statuses.shift() ?? 500).end();
        });
      }).listen(0, '127.0.0.1', () => {
        resolve({ url: `http://127.0.0.1:${(server?.address() as AddressInfo).port}/`, bodies });
      });
    });

  test('is tried again when the address refuses it', async () => {
    const { url, bodies } = await serve([503, 200]);
    await sendByHttp(url, '{}');
    expect(bodies).toEqual(['PUT {}', 'PUT {}']);
  });

  test('fails aloud after three refusals', async () => {
    const { url } = await serve([403, 403, 403]);
    await expect(sendByHttp(url, '{}')).rejects.toThrow('answered 403');
  });
});
