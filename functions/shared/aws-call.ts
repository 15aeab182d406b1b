/**
 * Calls of AWS services that speak JSON: one signed POST each, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 * The signer is the AWS SDK's own. Its clients would be half of a bundle, for one operation each (docs/adr/0012).
 */
import { setTimeout as delay } from 'node:timers/promises';
import { SignatureV4 } from '@smithy/signature-v4';
import * as v from 'valibot';
import { awsCredentials, awsRegion, readEnvironment } from './config';
import { parseJson } from './parse-json';
import { addressOf, type AwsService } from './aws-services';
import { Sha256 } from './sha256';

/** How often a call is tried, and for how long each time, in milliseconds. */
export interface Tries {
  readonly attempts: number;
  readonly timeoutMs: number;
}

/** The service refused, or could not be reached. */
export class AwsCallFailed extends Error {
  override readonly name = 'AwsCallFailed';
  constructor(
    message: string,
    /** Whether the same call may succeed in a moment. */
    readonly passing: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Refusals of too much at once have status 400: https://docs.aws.amazon.com/general/latest/gr/api-retries.html */
const TOO_MUCH = /Throttl|ThroughputExceeded|LimitExceeded|TooManyRequests|TransactionInProgress/;

const refusalSchema = v.object({
  __type: v.string(),
  message: v.optional(v.string()),
  Message: v.optional(v.string()),
});

/** @returns why the service refuses, in its own words. */
function refusalOf(operation: string, status: number, answer: unknown): AwsCallFailed {
  const refusal = v.safeParse(refusalSchema, answer);
  if (!refusal.success) return new AwsCallFailed(`${operation}: status ${status} without an answer`, status >= 500);
  const { __type, message, Message } = refusal.output;
  const kind = __type.replace(/.*#/, '');
  const words = [operation, kind, message ?? Message].filter((word) => word !== undefined).join(': ');
  return new AwsCallFailed(words, status >= 500 || TOO_MUCH.test(kind));
}

async function post(url: URL, init: RequestInit, operation: string): Promise<unknown> {
  let status: number;
  let answer: unknown;
  try {
    const response = await fetch(url, init);
    status = response.status;
    answer = parseJson(await response.text());
  } catch (cause) {
    throw new AwsCallFailed(`${operation}: no answer from ${url.host}`, true, { cause });
  }
  if (status !== 200 || answer === undefined) throw refusalOf(operation, status, answer);
  return answer;
}

/** Makes the request anew for each try: a signature holds the time. */
function signerOf(service: AwsService, operation: string, body: string, environment: NodeJS.ProcessEnv) {
  const { AWS_REGION: region } = readEnvironment(awsRegion, environment);
  const credentials = awsCredentials(environment);
  const url = addressOf(service, region, environment);
  const signer = new SignatureV4({ service: service.name, region, credentials, sha256: Sha256 });
  const { protocol, hostname, pathname: path } = url;
  const target = `${service.target}.${operation}`;
  const headers = { host: url.host, 'content-type': service.contentType, 'x-amz-target': target };
  return async () => ({ url, ...(await signer.sign({ method: 'POST', protocol, hostname, path, headers, body })) });
}

/**
 * Does one operation; again where a failure may pass, after a pause by lot.
 *
 * @param input is sent as JSON.
 * @param environment holds the function's credentials and region.
 * @returns the service's answer, unchecked.
 * @throws AwsCallFailed with the service's reason; Error naming variables that are missing.
 */
export async function callAws(
  service: AwsService,
  operation: string,
  input: object,
  { attempts, timeoutMs }: Tries,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<unknown> {
  const body = JSON.stringify(input);
  const sign = signerOf(service, operation, body, environment);
  for (let attempt = 1; ; attempt += 1) {
    const { url, headers } = await sign();
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      return await post(url, { method: 'POST', headers, body, signal }, operation);
    } catch (error) {
      if (attempt === attempts || !(error instanceof AwsCallFailed && error.passing)) throw error;
      await delay(Math.random() * 100 * 2 ** attempt);
    }
  }
}
