/** What an error of the network or of AWS means to the person at the terminal, with what to do then. */
import { messageOf } from '../local/problem';

const AWAY = /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|TimeoutError)$/;
const UNKNOWN =
  /^(?:CredentialsProviderError|ExpiredToken(?:Exception)?|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException)$/;
const DENIED = /^AccessDenied/;

/** The error's code, where Node.js made it, and its name, by which the AWS SDK tells them apart. */
function namesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return 'code' in error ? [String(error.code), error.name] : [error.name];
}

/** @returns a sentence with its remedy; the error as it is where none is known. */
export function explain(error: unknown): string {
  const is = (kind: RegExp): boolean => namesOf(error).some((name) => kind.test(name));
  const why = messageOf(error);
  if (is(AWAY))
    return `The pipeline does not answer: ${why}. On this machine: does npm start still run? On AWS: is there a network?`;
  if (is(UNKNOWN)) return `AWS does not know who asks: ${why}. Sign in again, or name another --profile.`;
  if (is(DENIED)) return `AWS refuses this: ${why}. What each command needs: docs/cli.md, Permissions on AWS.`;
  return error instanceof Error ? `${error.name}: ${why}` : why;
}
