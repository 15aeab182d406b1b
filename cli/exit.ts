/** How the tool ends: docs/cli.md lists the codes for scripts. */
import { Problem } from '../local/problem';

export const EXIT = {
  done: 0,
  /** AWS, the database or the network refused; or something was left undone. */
  failed: 1,
  /** The arguments or the file are wrong; nothing was done. */
  usage: 2,
  /** There is no such stack, message or record. */
  notFound: 3,
  /** Sent, and answered by a refusal. */
  refused: 4,
  /** Sent, and not answered in time. */
  noReply: 5,
  /** The read model is not what the orders table makes it. */
  differs: 6,
  /** Ctrl-C, or SIGTERM. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A problem with the exit code that tells of it. */
export class CliProblem extends Problem {
  constructor(
    readonly exitCode: ExitCode,
    message: string,
  ) {
    super(message);
  }
}
