/** What a valibot schema found wrong, in words for people. */
import type * as v from 'valibot';

const NAMES: Readonly<Record<string, string>> = {
  Object: 'an object',
  Array: 'a list',
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  undefined: 'left out',
};

/** Our own schemas bring words of their own; valibot's name types: `Invalid type: Expected Object but received 7`. */
export function issueWords(issue: v.BaseIssue<unknown>): string {
  if (issue.input === undefined && issue.path !== undefined) return 'is missing';
  if (!issue.message.startsWith('Invalid ')) return issue.message;
  if (issue.kind === 'schema' && issue.expected !== null) return `must be ${namesOf(issue.expected)}`;
  return issue.message;
}

const namesOf = (expected: string): string =>
  expected
    .replace(/^\((.*)\)$/, '$1')
    .split(' | ')
    .map((name) => NAMES[name] ?? name)
    .join(' or ');
