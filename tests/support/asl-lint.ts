/** What AWS refuses in a JSONata state machine, or what would fail there, found before it is deployed. */
import aslValidator from 'asl-validator';
import { lintExpression } from './asl-expression-lint';
import {
  expressionIn,
  expressionsOf,
  isObject,
  machinesIn,
  parseMachine,
  statesOf,
  substitute,
  type JsonObject,
  type Machine,
  type State,
} from './asl-definition';

const COMMON = ['Type', 'Comment', 'Assign', 'Output'];
const AFTER = ['Next', 'End'];
const ON_ERROR = ['Retry', 'Catch', 'Arguments'];

/** https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html; state types that we do not use are refused. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Pass: [...COMMON, ...AFTER],
  Task: [...COMMON, ...AFTER, ...ON_ERROR, 'Resource', 'TimeoutSeconds'],
  Parallel: [...COMMON, ...AFTER, ...ON_ERROR, 'Branches'],
  Map: [...COMMON, ...AFTER, 'Retry', 'Catch', 'Items', 'ItemSelector', 'ItemProcessor', 'MaxConcurrency'],
  Choice: [...COMMON, 'Choices', 'Default'],
  Wait: [...COMMON, ...AFTER, 'Seconds'],
  Fail: ['Type', 'Comment', 'Error', 'Cause'],
  Succeed: ['Type', 'Comment'], // the local cloud does not evaluate its Output
};
const RULE_FIELDS = ['Condition', 'Assign', 'Output', 'Next', 'Comment'];
const CATCH_FIELDS = ['ErrorEquals', 'Assign', 'Output', 'Next', 'Comment'];
const RETRY_FIELDS = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];

/**
 * Lints a definition.
 *
 * @param substitutions the names that the template puts values for.
 * @returns what is wrong, with where; empty if nothing is.
 */
export function lintDefinition(definition: string, substitutions: readonly string[]): string[] {
  const used = new Set([...definition.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => String(name)));
  const faults = [
    ...[...used].filter((name) => !substitutions.includes(name)).map((name) => `the template has no \${${name}}`),
    ...substitutions.filter((name) => !used.has(name)).map((name) => `\${${name}} is not used`),
  ];
  const machine = parseMachine(substitute(definition, Object.fromEntries([...used].map((name) => [name, '1']))));
  return [...faults, ...lintSchema(machine), ...lintMachine(machine)];
}

/** `asl-validator` writes into what it checks. */
function lintSchema(machine: Machine): string[] {
  const { errors } = aslValidator(structuredClone(machine), { checkPaths: true, checkArn: true });
  return errors.map((error) => `schema: ${error.Message}`);
}

function lintMachine(machine: Machine): string[] {
  const states = statesOf(machine);
  const names = states.map(({ name }) => name);
  const assigned = new Set(states.flatMap(({ value }) => assignmentsOf(value).flatMap((block) => Object.keys(block))));
  return [
    ...('QueryLanguage' in machine && machine.QueryLanguage === 'JSONata' ? [] : ['QueryLanguage must be JSONata']),
    ...names.filter((name) => name.length > 80).map((name) => `${name}: a name has at most 80 characters`),
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name}: named twice`),
    ...unreachable(machine),
    ...scopeFaults(machine),
    ...states.flatMap(({ name, value }) =>
      [...fieldFaults(value), ...assignFaults(machine, value), ...statesFaults(value)].map(
        (fault) => `${name}: ${fault}`,
      ),
    ),
    ...expressionsOf(machine).flatMap(({ pointer, value }) =>
      lintExpression(expressionIn(value), assigned).map((fault) => `${pointer}: ${fault}`),
    ),
    ...strayExpressions(machine),
  ];
}

/** Every Assign of a state: its own, its rules', its catchers'. */
const assignmentsOf = ({ Assign, Choices = [], Catch = [] }: State): JsonObject[] =>
  [Assign, ...Choices.map((rule) => rule.Assign), ...Catch.map((catcher) => catcher.Assign)].filter(isObject);

const targetsOf = ({ Next, Default, Choices = [], Catch = [] }: State): (string | undefined)[] => [
  Next,
  Default,
  ...Choices.map((rule) => rule.Next),
  ...Catch.map((catcher) => catcher.Next),
];

function unreachable(machine: Machine): string[] {
  const reached = new Set<string>();
  const reach = (name: string | undefined): void => {
    if (name === undefined || reached.has(name)) return;
    reached.add(name);
    const state = machine.States[name];
    if (state !== undefined) targetsOf(state).forEach(reach);
  };
  reach(machine.StartAt);
  const inner = Object.values(machine.States).flatMap((state) => machinesIn(state).flatMap(unreachable));
  const lost = Object.keys(machine.States).filter((name) => !reached.has(name));
  return [...lost.map((name) => `${name}: no state leads here`), ...inner];
}

/** A branch may not assign a name that is assigned outside of it. */
function scopeFaults(machine: Machine, outer: readonly string[] = []): string[] {
  const own = Object.values(machine.States).flatMap((state) =>
    assignmentsOf(state).flatMap((block) => Object.keys(block)),
  );
  const clashes = own
    .filter((name) => outer.includes(name))
    .map((name) => `$${name}: assigned outside of the branch too`);
  const branches = Object.values(machine.States).flatMap(machinesIn);
  return [...clashes, ...branches.flatMap((branch) => scopeFaults(branch, [...outer, ...own]))];
}

function fieldFaults(state: State): string[] {
  const unknown = (value: object, allowed: readonly string[]): string[] =>
    Object.keys(value)
      .filter((field) => !allowed.includes(field))
      .map((field) => `has no field ${field}`);
  return [
    ...unknown(state, FIELDS[state.Type] ?? []),
    ...(state.Choices ?? []).flatMap((rule) => unknown(rule, RULE_FIELDS)),
    ...(state.Catch ?? []).flatMap((catcher) => unknown(catcher, CATCH_FIELDS)),
    ...(state.Retry ?? []).flatMap((retrier) => unknown(retrier, RETRY_FIELDS)),
    ...(state.Type === 'Task' && state.TimeoutSeconds === undefined ? ['a Task needs TimeoutSeconds'] : []),
    ...(state.Type === 'Choice' && state.Default === undefined ? ['a Choice needs a Default'] : []),
  ];
}

/** AWS evaluates an Assign against the values before it: a name that only this block assigns cannot be read in it. */
function assignFaults(machine: Machine, state: State): string[] {
  return assignmentsOf(state).flatMap((block) => {
    const elsewhere = new Set(
      statesOf(machine).flatMap(({ value }) =>
        assignmentsOf(value)
          .filter((other) => other !== block)
          .flatMap((block) => Object.keys(block)),
      ),
    );
    const fresh = Object.keys(block).filter((name) => !elsewhere.has(name));
    return expressionsOf(block).flatMap(({ value }) =>
      fresh
        .filter((name) => new RegExp(`\\$${name}\\b`).test(value))
        .map((name) => `$${name} is read in the Assign that sets it`),
    );
  });
}

const HAS_RESULT = ['Task', 'Parallel', 'Map'];

/**
 * `$states.result` is there once a Task, Parallel or Map is done, `$states.errorOutput` once a catcher is taken; elsewhere
 * AWS refuses them: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#reserved-variable-states
 */
function statesFaults({ Catch = [], ...whole }: State): string[] {
  const state = { ...whole, Branches: [], ItemProcessor: undefined };
  const { Assign, Output, ...rest } = state;
  const reads = (name: string, value: unknown): boolean =>
    expressionsOf(value).some((found) => new RegExp(`\\$states\\s*\\.\\s*\`?${name}\\b`).test(found.value));
  const withoutResult = [rest, Catch, HAS_RESULT.includes(state.Type) ? {} : { Assign, Output }];
  return [
    ...(reads('result', withoutResult) ? ['$states.result is read where there is none'] : []),
    ...(reads('errorOutput', state) ? ['$states.errorOutput is read outside of a Catch'] : []),
  ];
}

/** `{%` must begin a string and `%}` end it, or AWS takes it for text. */
function strayExpressions(value: unknown, pointer = ''): string[] {
  if (typeof value === 'string') {
    const isStray = /\{%|%\}/.test(value) && !/^\{% .* %\}$/s.test(value);
    return isStray ? [`${pointer}: an expression must fill its string`] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => strayExpressions(inner, `${pointer}/${key}`));
}
