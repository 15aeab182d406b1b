/** The workflow's definition as data: its shape, as far as the tests need it, and how it is read. */
import { readFileSync } from 'node:fs';

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly Next: string;
}

export interface ChoiceRule {
  readonly Condition: string;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly Next: string;
}

export interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly Arguments?: Json;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly Seconds?: Json;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
  readonly Choices?: readonly ChoiceRule[];
  readonly Default?: string;
  readonly Branches?: readonly Machine[];
  /** Of a Map. */
  readonly ItemProcessor?: Machine;
  readonly Error?: string;
  readonly Cause?: string;
}

/** A state machine, or one branch of a Parallel. */
export interface Machine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a string of the definition is a JSONata expression. */
export const isExpression = (value: unknown): value is string => typeof value === 'string' && value.startsWith('{%');

/** The expression between `{%` and `%}`. */
export const expressionIn = (value: string): string => value.slice(2, -2).trim();

/** The definition's text, its `${…}` not yet replaced; the workflow's, unless another file is named. */
export const readDefinition = (file = 'order-pipeline'): string =>
  readFileSync(`statemachine/${file}.asl.json`, 'utf8');

/**
 * Puts values for `${…}` as CloudFormation's DefinitionSubstitutions do.
 *
 * @throws Error naming one for which there is no value.
 */
export function substitute(definition: string, values: Readonly<Record<string, string>>): string {
  return definition.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`No value for \${${name}}`);
    return value;
  });
}

export const parseMachine = (definition: string): Machine => JSON.parse(definition) as Machine;

/** Where a value stands in the definition (a JSON pointer without escapes: no name holds a slash). */
export interface Located<T> {
  readonly pointer: string;
  readonly value: T;
}

/** The machines inside of a state. */
export const machinesIn = ({ Branches = [], ItemProcessor }: State): readonly Machine[] =>
  ItemProcessor === undefined ? Branches : [...Branches, ItemProcessor];

/** Every state with its name and pointer, those of branches included. */
export function statesOf(machine: Machine, pointer = ''): (Located<State> & { readonly name: string })[] {
  return Object.entries(machine.States).flatMap(([name, value]) => {
    const at = `${pointer}/States/${name}`;
    const inner = (value.Branches ?? []).flatMap((branch, index) => statesOf(branch, `${at}/Branches/${index}`));
    const ofItems = value.ItemProcessor === undefined ? [] : statesOf(value.ItemProcessor, `${at}/ItemProcessor`);
    return [{ name, value, pointer: at }, ...inner, ...ofItems];
  });
}

/** Every JSONata expression in `value`, in the order in which it is written. */
export function expressionsOf(value: unknown, pointer = ''): Located<string>[] {
  if (isExpression(value)) return [{ pointer, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => expressionsOf(inner, `${pointer}/${key}`));
}
