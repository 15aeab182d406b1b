/**
 * CloudFormation's side of a custom resource: parse the request, do the work, and answer in any case, since a stack
 * waits for the answer.
 * Protocol: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
 */
import * as v from 'valibot';

const requestSchema = v.object({
  RequestType: v.picklist(['Create', 'Update', 'Delete']),
  ResponseURL: v.pipe(v.string(), v.url()),
  StackId: v.string(),
  RequestId: v.string(),
  LogicalResourceId: v.string(),
  PhysicalResourceId: v.optional(v.string()),
});

/** What CloudFormation asks for. */
export type CustomResourceRequest = v.InferOutput<typeof requestSchema>;

/** CloudFormation's whole answer may have 4,096 bytes; the reason gets what ids and address leave for certain. */
const REASON_LENGTH = 1_500;

/** Sends the answer to the presigned address; rejects when it was not taken. */
export type Send = (url: string, body: string) => Promise<void>;

/** @throws Error where the event is no request of CloudFormation: then there is no address to answer to. */
export const parseRequest = (event: unknown): CustomResourceRequest => v.parse(requestSchema, event);

/**
 * Does `work` and tells CloudFormation how it went: SUCCESS, or FAILED with the error's message as the reason.
 * A `work` that takes longer than `deadlineMs` is FAILED too, as long as there is time to say so.
 */
export async function answerRequest(
  request: CustomResourceRequest,
  work: () => Promise<unknown>,
  send: Send,
  deadlineMs: number,
): Promise<'SUCCESS' | 'FAILED'> {
  const failure = await withDeadline(work, deadlineMs).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const status = failure === undefined ? 'SUCCESS' : 'FAILED';
  await send(
    request.ResponseURL,
    JSON.stringify({
      Status: status,
      Reason: failure?.slice(0, REASON_LENGTH) ?? 'done',
      PhysicalResourceId: request.PhysicalResourceId ?? request.LogicalResourceId,
      StackId: request.StackId,
      RequestId: request.RequestId,
      LogicalResourceId: request.LogicalResourceId,
    }),
  );
  return status;
}

/** @throws what `work` throws, or an Error that it was not done in time; then it goes on. */
export function withDeadline<T>(work: () => Promise<T>, deadlineMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`not done within ${Math.round(deadlineMs / 1000)} seconds`));
    }, deadlineMs);
    work()
      .then(resolve, reject)
      .finally(() => {
        clearTimeout(timer);
      });
  });
}

/** Puts the answer by HTTP. @throws Error when the address refuses it or cannot be reached, after three tries. */
export const sendByHttp: Send = async (url, body) => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(url, {
        method: 'PUT',
        headers: { 'content-type': '' },
        body,
        signal: AbortSignal.timeout(2_500),
      });
      if (!response.ok) throw new Error(`CloudFormation's address answered ${response.status}`);
      return;
    } catch (error) {
      if (attempt === 3) throw error;
      await new Promise((resolve) => setTimeout(resolve, attempt * 1_000));
    }
  }
};
