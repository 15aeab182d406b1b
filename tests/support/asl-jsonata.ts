/** Evaluates JSONata as Step Functions does: by the reference implementation, with the functions that AWS adds. */
import { createHash, randomUUID } from 'node:crypto';
import jsonata from 'jsonata';
import type { Json } from './asl-definition';

/** An error by which a state fails: the name that Retry and Catch match, and its cause. */
export class StateError extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function hash(text: string, algorithm: string): string {
  const name = ALGORITHMS[algorithm];
  if (name === undefined) throw new Error(`$hash knows no ${algorithm}`);
  return createHash(name).update(text, 'utf8').digest('hex');
}

function partition(list: readonly Json[], size: number): Json[] {
  const whole = Math.floor(size);
  return Array.from({ length: Math.ceil(list.length / whole) }, (_, index) =>
    list.slice(index * whole, (index + 1) * whole),
  );
}

function range(first: number, last: number, step: number): number[] {
  return Array.from({ length: Math.max(0, Math.floor((last - first) / step) + 1) }, (_, index) => first + index * step);
}

/**
 * Parses an expression and adds what Step Functions adds to JSONata, less `$eval`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export function parseExpression(text: string): jsonata.Expression {
  const expression = jsonata(text);
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:a>');
  expression.registerFunction('random', () => Math.random(), '<n?:n>');
  expression.registerFunction('uuid', () => randomUUID(), '<:s>');
  expression.registerFunction('parse', (json: string) => JSON.parse(json) as Json, '<s:x>');
  expression.registerFunction('eval', () => {
    throw new Error('Step Functions has no $eval');
  });
  return expression;
}

const parsed = new Map<string, jsonata.Expression>();

/**
 * The value of one expression.
 *
 * @param bindings the variables, `states` among them, without the dollar sign.
 * @throws StateError `States.QueryEvaluationError` where JSONata fails, or gives nothing that JSON can hold.
 */
export async function evaluate(text: string, bindings: Readonly<Record<string, unknown>>): Promise<Json> {
  const expression = parsed.get(text) ?? parseExpression(text);
  parsed.set(text, expression);
  let value: unknown;
  try {
    value = await expression.evaluate(undefined, { ...bindings });
  } catch (error) {
    throw new StateError('States.QueryEvaluationError', `${describe(error)} in ${text}`);
  }
  if (value === undefined || typeof value === 'function') {
    throw new StateError('States.QueryEvaluationError', `No value that JSON can hold: ${text}`);
  }
  return JSON.parse(JSON.stringify(value)) as Json; // JSONata's lists carry marks of their own
}

const describe = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
