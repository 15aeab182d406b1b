/** What the state machine and the command-line tool may ask of the function. */
import * as v from 'valibot';
import { issueWords } from '../shared/issue-words';
import { cleanUp, swap, verify } from './swap';
import { RebuildCancelled } from '../project-orders/copy-of-run';
import type { Dependencies } from './deps';
import { fill, type Filled } from './fill';
import { prepare, type Prepared } from './prepare';
import { cancel, status, type Status } from './status';

/**
 * Items of one transaction; with the last page not above 20,000. MySQL's `range_optimizer_max_mem_size` (8 MB) holds some 36,000 keys, beyond
 * which it would read, and lock, whole tables: https://dev.mysql.com/doc/refman/8.0/en/range-optimization.html
 */
export const AT_ONCE = 10_000;

/** DynamoDB's own bound is far above: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html */
export const MAX_SEGMENTS = 40;

const run = v.pipe(v.string(), v.regex(/^[\w-]{1,80}$/, 'must be the name of an execution'));
const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

const requestSchema = v.variant('step', [
  v.strictObject({ step: v.literal('prepare'), run, segments: whole(1, MAX_SEGMENTS) }),
  v.strictObject({ step: v.literal('fill'), run, segment: whole(0, MAX_SEGMENTS - 1) }),
  v.strictObject({ step: v.literal('verify'), run }),
  v.strictObject({ step: v.literal('swap'), run }),
  v.strictObject({ step: v.literal('clean up'), run }),
  v.strictObject({ step: v.literal('status') }),
  v.strictObject({ step: v.literal('cancel') }),
]);

export type Request = v.InferOutput<typeof requestSchema>;

/** What steps behind the first say to the state machine, beside what they came to: whether there is anything left to do. */
type OrCancelled<T> = (T & { readonly cancelled: false }) | { readonly cancelled: true; readonly done: true };

/** What each step answers; nothing but that it is done, where it is not here. */
export type Answer =
  | Prepared
  | OrCancelled<Filled>
  | OrCancelled<{ readonly items: number }>
  | OrCancelled<object>
  | Status
  | { readonly cancelled: boolean }
  | undefined;

async function orCancelled<T extends object>(work: Promise<T>): Promise<OrCancelled<T>> {
  try {
    return { ...(await work), cancelled: false };
  } catch (error) {
    if (error instanceof RebuildCancelled) return { cancelled: true, done: true };
    throw error;
  }
}

/** As `orCancelled`, of the steps at which no page is under way any more: what is left of a run that was cancelled is dropped. */
async function orDropped<T extends object>(deps: Dependencies, run: string, work: Promise<T>): Promise<OrCancelled<T>> {
  const answer = await orCancelled(work);
  if (answer.cancelled) await cleanUp(deps, run);
  return answer;
}

/** @throws Error that names what is wrong with the request. */
export function parseRequest(payload: unknown): Request {
  const result = v.safeParse(requestSchema, payload);
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'the request'}: ${issueWords(issue)}`);
  throw new Error(`Not a request of this function: ${faults.join('; ')}`);
}

/** @throws as the steps do. */
export async function doStep(deps: Dependencies, request: Request): Promise<Answer> {
  switch (request.step) {
    case 'prepare':
      return prepare(deps, request.run, request.segments);
    case 'fill':
      return orCancelled(fill(deps, request.run, request.segment));
    case 'verify':
      return orDropped(deps, request.run, verify(deps, request.run));
    case 'swap':
      return orDropped(
        deps,
        request.run,
        swap(deps, request.run).then(() => ({})),
      );
    case 'clean up':
      await cleanUp(deps, request.run);
      return undefined;
    case 'status':
      return status(deps);
    case 'cancel':
      return cancel(deps);
  }
}
