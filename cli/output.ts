/** What the tool prints: tables and sentences for people, or one JSON document for programs. */
import { paint, type Paint } from '../local/render';
import { renderTable } from '../local/table';

/** A terminal, or a test's stand-in. */
export interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Output {
  readonly json: boolean;
  readonly colours: Paint;
  /** A line for people; nothing with --json. */
  line(text: string): void;
  /** Rows for people, or the sentence `none` where there are no rows; nothing with --json. */
  table(rows: readonly Readonly<Record<string, unknown>>[], none: string): void;
  /** The document for programs; nothing without --json. */
  document(value: unknown): void;
  /** A line beside the answer, on stderr: also with --json. */
  note(text: string): void;
  /** How far a long work is; on a terminal alone. */
  progress(text: string): void;
}

const CLEAR = '\r\u001b[K';

export function createOutput(stdout: Stream, stderr: Stream, json: boolean, colours: boolean): Output {
  const line = (text: string): void => {
    if (!json) stdout.write(`${text}\n`);
  };
  return {
    json,
    colours: paint(colours),
    line,
    table(rows, none) {
      if (rows.length === 0) line(none);
      else for (const each of renderTable(rows)) line(each);
    },
    document(value) {
      if (json) stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
    },
    note(text) {
      stderr.write(`${text}\n`);
    },
    progress(text) {
      if (stderr.isTTY === true) stderr.write(text === '' ? CLEAR : `${CLEAR}… ${text}`);
    },
  };
}

/** Says each second how far a long work is. `words` is told the seconds that have passed. */
export async function ticking<T>(
  output: Output,
  words: (seconds: number) => string,
  work: () => Promise<T>,
): Promise<T> {
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += 1;
    output.progress(words(seconds));
  }, 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    output.progress('');
  }
}
