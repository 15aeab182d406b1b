/** Asks the console's server. */
import type { ProblemWords } from '../../api';

/** An error as it is shown: what happened, and what to do. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly what: string,
    readonly whatToDo: string,
  ) {
    super(what);
  }
}

const AWAY = new Refusal(
  'The console does not answer.',
  'It ends with npm start. Start that again, then load this page anew at the address that it prints.',
);

const token = (): string => document.querySelector<HTMLMetaElement>('meta[name="console-token"]')?.content ?? '';

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch {
    throw AWAY;
  }
  const answer = (await response.json()) as T & ProblemWords;
  if (response.ok) return answer;
  throw new Refusal(answer.what, answer.whatToDo);
}

/** @param query fields that are empty are left out. */
export function get<T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  return ask<T>(given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`);
}

export const post = <T>(path: string, body: unknown): Promise<T> =>
  ask<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-console-token': token() },
    body: JSON.stringify(body),
  });
