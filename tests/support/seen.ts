/** Whether a secret can be seen somewhere. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The forms in which it could be. */
const formsOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
];

/** The forms of `secret` that are in `text`. */
export const seenIn = (text: string, secret: string): string[] => formsOf(secret).filter((form) => text.includes(form));

/** Files under `directory`, at any depth, that hold `secret`, by their paths from there. */
export const filesHolding = (directory: string, secret: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(join(directory, file)).isFile())
    .filter((file) => seenIn(readFileSync(join(directory, file), 'latin1'), secret).length > 0);
