/** Errors as the page shows them: what happened, and what to do. */
import { CliProblem, EXIT } from '../../cli/exit';
import { messageOf, Problem } from '../../local/problem';
import type { ProblemWords } from '../api';

export class ConsoleProblem extends Error {
  override readonly name = 'ConsoleProblem';
  constructor(
    /** Of HTTP. */
    readonly status: number,
    readonly what: string,
    readonly whatToDo: string,
  ) {
    super(what);
  }
}

/** Of Node, the AWS SDK and the database's driver: nobody answers. */
const GONE = /ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|socket hang up|Connection lost|TimeoutError|did not answer/i;

const GONE_WORDS =
  'See whether npm start still runs in its terminal, and what it says there; start it again if it has ended.';

/** @returns the status of HTTP, and the words for a person. */
export function tellProblem(error: unknown): { status: number } & ProblemWords {
  if (error instanceof ConsoleProblem) return { status: error.status, what: error.what, whatToDo: error.whatToDo };
  const text = wordsOf(error);
  if (GONE.test(text)) return { status: 503, what: 'The pipeline does not answer.', whatToDo: GONE_WORDS };
  if (error instanceof CliProblem)
    return { status: error.exitCode === EXIT.notFound ? 404 : 502, what: text, whatToDo: 'Mend that, then try again.' };
  if (error instanceof Problem) return { status: 502, what: text, whatToDo: 'Mend that, then try again.' };
  return {
    status: 500,
    what: text,
    whatToDo: 'Try again; if it stays, see the log of the console, console.log in the run’s folder.',
  };
}

/** With the code, and with the errors that it holds: `connect ECONNREFUSED` comes as an AggregateError without a message. */
function wordsOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const inner = error instanceof AggregateError ? error.errors.map(wordsOf) : [];
  return [messageOf(error), code, ...inner].filter((word) => word !== '').join(' ');
}
