/** Who may ask db-init, and how each is answered: CloudFormation at the address that it names, a person by what is returned or thrown. */
import * as v from 'valibot';
import { issueWords } from '../functions/shared/issue-words';
import type { Done } from './bring-up-to-date';
import { answerRequest, parseRequest, withDeadline, type Send } from './custom-resource';

/** Milliseconds kept back to answer in. */
const ANSWER_TIME = 10_000;

const byHandSchema = v.strictObject({ bringUpToDate: v.literal(true) });

/** @throws Error that says what a person may ask for. */
function requireByHand(event: unknown): void {
  const { success, issues = [] } = v.safeParse(byHandSchema, event);
  if (success) return;
  const faults = issues.map((issue) => `${v.getDotPath(issue) ?? 'the request'}: ${issueWords(issue)}`);
  throw new Error(`The request must be { "bringUpToDate": true }: ${faults.join('; ')}`);
}

/** What it takes to answer. */
export interface Surroundings {
  /** Brings the schema up to date. */
  readonly work: () => Promise<Done>;
  readonly send: Send;
  readonly log: (message: string, details: object) => void;
  /** Milliseconds until the function is ended. */
  readonly leftMs: number;
}

const isFromCloudFormation = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'RequestType' in event;

/**
 * Does what CloudFormation asks for, or a person by `{ "bringUpToDate": true }`.
 *
 * @returns to a person, what was done; to CloudFormation, who is answered elsewhere, nothing.
 * @throws where a person asked: what kept it from being done. For CloudFormation, only where no answer could be sent.
 */
export async function serve(event: unknown, { work, send, log, leftMs }: Surroundings): Promise<Done | undefined> {
  const deadline = leftMs - ANSWER_TIME;
  if (!isFromCloudFormation(event)) {
    requireByHand(event);
    return withDeadline(work, deadline);
  }
  const request = parseRequest(event);
  const nothing = (): Promise<void> => Promise.resolve(); // at a deletion the rows stay, they are the owner's
  const { RequestType: requestType, StackId: stackId } = request;
  const status = await answerRequest(request, requestType === 'Delete' ? nothing : work, send, deadline);
  log('Answered CloudFormation', { requestType, stackId, status });
  return undefined;
}
