/** Errors of the RDS Data API, as the driver tells them: with the server's own message and its number as `errno`. */

/**
 * The forms in which a MySQL error comes, all in the message: that of Serverless v1, and that of Serverless v2, whose number may be
 * missing. AWS documents neither; a message of another form is passed on whole.
 */
const FORMS = [
  /^Database error code: (?<errno>\d+)\. Message: (?<words>.*)$/s,
  /^(?<words>.*?); Error code: (?<errno>\d+)(?:; SQLState: (?<sqlState>\w{5}))?$/s,
  /^(?<words>.*?); SQLState: (?<sqlState>\w{5})$/s,
];

/** What `migrate` takes for done already, by the server's words, where a message tells no number. */
const BY_WORDS: readonly (readonly [RegExp, number])[] = [
  [/^Duplicate column name /, 1060],
  [/^Duplicate key name /, 1061],
  [/^Can't DROP .*check that (it|column\/key) exists/, 1091],
];

/** An error that the database behind the Data API answered, or the Data API itself. */
export class DataApiError extends Error {
  override name = 'DataApiError';
  readonly errno: number | undefined;
  readonly sqlState: string | undefined;

  constructor(cause: Error) {
    const groups = FORMS.map((form) => form.exec(cause.message)?.groups).find((found) => found !== undefined);
    const words = groups?.['words'] ?? cause.message;
    super(isDatabaseError(cause) ? words : `${cause.name}: ${words}`, { cause });
    const number = groups?.['errno'];
    this.errno = number === undefined ? BY_WORDS.find(([pattern]) => pattern.test(words))?.[1] : Number(number);
    this.sqlState = groups?.['sqlState'];
  }
}

/** The server refused the statement. Serverless v1 says BadRequestException of that. */
const isDatabaseError = ({ name, message }: Error): boolean =>
  name === 'DatabaseErrorException' || FORMS.some((form) => form.test(message));

/** A paused database that the call has woken, or one that is being started or replaced: worth waiting for. */
const NOT_READY = new Set([
  'DatabaseResumingException',
  'DatabaseUnavailableException',
  'InvalidResourceStateException',
  'ServiceUnavailableError',
]);

export const isNotReady = (error: Error): boolean => NOT_READY.has(error.name);
