/**
 * Runs a JSONata state machine as AWS does, strictly: variables are scoped to their branch, a value that is undefined
 * or a condition that is no boolean fails, state data is limited. Time is virtual: a retry's delay and a Wait are only
 * added up, and expressions see the clock moved on by them.
 */
import {
  expressionIn,
  isExpression,
  isObject,
  type Catcher,
  type ChoiceRule,
  type Json,
  type JsonObject,
  type Machine,
  type Retrier,
  type State,
} from './asl-definition';
import { evaluate, StateError } from './asl-jsonata';

/** A service integration, by its `Resource`; it fails with a StateError. */
export type TaskHandler = (parameters: JsonObject) => Promise<Json>;

export interface Environment {
  readonly tasks: Readonly<Record<string, TaskHandler>>;
  readonly executionId: string;
  /** The clock that expressions see, in milliseconds; where it is left out, this machine's, moved on by what was waited for. */
  readonly now?: () => number;
  /** Collects pointers into the definition: states entered, rules and catchers taken, expressions evaluated. */
  readonly covered?: Set<string>;
  /** Collects what an EXPRESS execution logs at level ALL, in order; failures are left out. */
  readonly history?: HistoryEvent[];
}

/** As in https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html, data as text. */
export interface HistoryEvent {
  readonly type: string;
  readonly details: JsonObject;
}

export type Outcome =
  | { readonly status: 'SUCCEEDED'; readonly output: Json; readonly delaySeconds: number }
  | { readonly status: 'FAILED'; readonly error: string; readonly cause: string; readonly delaySeconds: number };

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const DATA_LIMIT = 262_144;
/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const UNCAUGHT = ['States.DataLimitExceeded', 'States.Runtime'];

/** Runs `machine` to its end; only a mistake in the machine or the tasks themselves throws. */
export async function interpret(machine: Machine, input: Json, environment: Environment): Promise<Outcome> {
  const run = new Run(input, environment);
  try {
    run.log('ExecutionStarted', { input: JSON.stringify(input) });
    const output = await run.machine(machine, input, new Scope(), '');
    run.log('ExecutionSucceeded', { output: JSON.stringify(output) });
    return { status: 'SUCCEEDED', output, delaySeconds: run.delaySeconds };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    return { status: 'FAILED', error: error.name, cause: error.message, delaySeconds: run.delaySeconds };
  }
}

/** The variables of a machine or branch; a branch reads the outer ones and may not set their names. */
class Scope {
  private readonly own = new Map<string, Json>();
  constructor(private readonly outer?: Scope) {}

  all(): Record<string, Json> {
    return { ...this.outer?.all(), ...Object.fromEntries(this.own) };
  }

  set(values: JsonObject): void {
    for (const [name, value] of Object.entries(values)) {
      if (this.outer !== undefined && name in this.outer.all()) {
        throw new Error(`A branch may not assign $${name}, a variable outside of it`);
      }
      this.own.set(name, value);
    }
  }
}

/** What a state works on. */
interface Frame {
  readonly input: Json;
  readonly scope: Scope;
  readonly pointer: string;
  readonly result?: Json;
  readonly errorOutput?: Json;
}

interface Step {
  readonly output: Json;
  readonly next: string | undefined;
  readonly assigned?: Json;
}

class Run {
  delaySeconds = 0;
  private readonly clock = (): number => this.environment.now?.() ?? Date.now() + this.delaySeconds * 1000;

  constructor(
    private readonly input: Json,
    private readonly environment: Environment,
  ) {}

  async machine(machine: Machine, input: Json, scope: Scope, pointer: string): Promise<Json> {
    let data = limited(input);
    let name: string | undefined = machine.StartAt;
    while (name !== undefined) {
      const state: State | undefined = machine.States[name];
      if (state === undefined) throw new Error(`There is no state ${name}`);
      const frame: Frame = { input: data, scope, pointer: `${pointer}/States/${name}` };
      this.cover(frame.pointer);
      this.log(`${state.Type}StateEntered`, { name, input: JSON.stringify(data) });
      const step: Step = await this.state(state, frame);
      data = limited(step.output);
      const assigned = step.assigned !== undefined && { assignedVariables: step.assigned };
      this.log(`${state.Type}StateExited`, { name, output: JSON.stringify(data), ...assigned });
      name = step.next;
    }
    return data;
  }

  private state(state: State, frame: Frame): Promise<Step> {
    switch (state.Type) {
      case 'Pass':
        return this.leave(state, frame, frame.input);
      case 'Succeed':
        return this.leave(state, frame, frame.input);
      case 'Fail':
        return this.fail(state, frame);
      case 'Choice':
        return this.choose(state, frame);
      case 'Wait':
        return this.wait(state, frame);
      case 'Task':
        return this.attempt(state, frame, () => this.task(state, frame));
      case 'Parallel':
        return this.attempt(state, frame, () => this.parallel(state, frame));
      default:
        throw new Error(`No interpreter for ${state.Type}`);
    }
  }

  private async task(state: State, frame: Frame): Promise<Step> {
    const handler = this.environment.tasks[state.Resource ?? ''];
    if (handler === undefined) throw new Error(`No task ${String(state.Resource)}`);
    const parameters = limited(await this.template(state.Arguments ?? frame.input, frame, 'Arguments'));
    if (!isObject(parameters)) throw new Error('Arguments must be an object');
    const [resourceType = '', resource = ''] = (state.Resource ?? '').split(':').slice(-2);
    const about = { resourceType, resource };
    this.log('TaskScheduled', { ...about, region: 'us-east-1', parameters: JSON.stringify(parameters) });
    this.log('TaskStarted', about);
    const result = limited(await handler(parameters));
    this.log('TaskSucceeded', { ...about, output: JSON.stringify(result) });
    return this.leave(state, { ...frame, result }, result);
  }

  private async parallel(state: State, frame: Frame): Promise<Step> {
    this.log('ParallelStateStarted', {});
    const branches = (state.Branches ?? []).map((branch, index) =>
      this.machine(branch, frame.input, new Scope(frame.scope), `${frame.pointer}/Branches/${index}`),
    );
    const result = await Promise.all(branches);
    this.log('ParallelStateSucceeded', {});
    return this.leave(state, { ...frame, result }, result);
  }

  private async choose(state: State, frame: Frame): Promise<Step> {
    for (const [index, rule] of (state.Choices ?? []).entries()) {
      const at = { ...frame, pointer: `${frame.pointer}/Choices/${index}` };
      const met = await this.template(rule.Condition, at, 'Condition');
      if (typeof met !== 'boolean') {
        throw new StateError('States.QueryEvaluationError', `A condition must be a boolean: ${rule.Condition}`);
      }
      if (met) return this.take(rule, at);
    }
    if (state.Default === undefined) throw new StateError('States.NoChoiceMatched', frame.pointer);
    this.cover(`${frame.pointer}/Default`);
    return { ...(await this.leave(state, frame, frame.input)), next: state.Default };
  }

  private async take(rule: ChoiceRule | Catcher, at: Frame): Promise<Step> {
    this.cover(at.pointer);
    return this.leave(rule, at, at.errorOutput ?? at.input);
  }

  private async wait(state: State, frame: Frame): Promise<Step> {
    const seconds = await this.template(state.Seconds ?? null, frame, 'Seconds');
    if (typeof seconds !== 'number') throw new Error('A Wait needs Seconds');
    this.delaySeconds += seconds;
    return this.leave(state, frame, frame.input);
  }

  private async fail(state: State, frame: Frame): Promise<never> {
    const error = await this.template(state.Error ?? 'States.Fail', frame, 'Error');
    const cause = await this.template(state.Cause ?? '', frame, 'Cause');
    if (typeof error !== 'string' || typeof cause !== 'string') {
      throw new StateError('States.QueryEvaluationError', 'Error and Cause must be strings');
    }
    throw new StateError(error, cause);
  }

  /** Retries and catches: the first retrier that matches decides. */
  private async attempt(state: State, frame: Frame, work: () => Promise<Step>): Promise<Step> {
    const used = new Map<Retrier, number>();
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        const retrier = state.Retry?.find(({ ErrorEquals }) => matches(ErrorEquals, error.name));
        const count = retrier === undefined ? 0 : (used.get(retrier) ?? 0);
        if (retrier === undefined || count >= (retrier.MaxAttempts ?? 3)) return this.caught(state, frame, error);
        used.set(retrier, count + 1);
        this.delaySeconds += (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** count;
      }
    }
  }

  private caught(state: State, frame: Frame, error: StateError): Promise<Step> {
    const index = (state.Catch ?? []).findIndex(({ ErrorEquals }) => matches(ErrorEquals, error.name));
    const catcher = state.Catch?.[index];
    if (catcher === undefined) throw error;
    const errorOutput = { Error: error.name, Cause: error.message };
    return this.take(catcher, { ...frame, pointer: `${frame.pointer}/Catch/${index}`, errorOutput });
  }

  /** Output and Assign, both evaluated against the values before; then on to the next state. */
  private async leave(state: State | ChoiceRule | Catcher, frame: Frame, output: Json): Promise<Step> {
    const result = state.Output === undefined ? output : await this.template(state.Output, frame, 'Output');
    if (state.Assign === undefined) return { output: result, next: state.Next };
    const assigned = limited(await this.template(state.Assign, frame, 'Assign'));
    if (isObject(assigned)) frame.scope.set(assigned);
    return { output: result, next: state.Next, assigned };
  }

  private async template(value: Json, frame: Frame, field: string): Promise<Json> {
    const pointer = `${frame.pointer}/${field}`;
    if (isExpression(value)) {
      this.cover(pointer);
      return evaluate(expressionIn(value), { ...frame.scope.all(), states: this.states(frame), millis: this.clock });
    }
    if (typeof value !== 'object' || value === null) return value;
    const inner: Frame = { ...frame, pointer };
    const entries: [string, Json][] = [];
    for (const [key, part] of Object.entries(value)) entries.push([key, await this.template(part, inner, key)]);
    return Array.isArray(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
  }

  private states({ input, result, errorOutput }: Frame): Record<string, unknown> {
    const context = { Execution: { Id: this.environment.executionId, Input: this.input } };
    return {
      input,
      context,
      ...(result !== undefined && { result }),
      ...(errorOutput !== undefined && { errorOutput }),
    };
  }

  log(type: string, details: JsonObject): void {
    this.environment.history?.push({ type, details });
  }

  private cover(pointer: string): void {
    this.environment.covered?.add(pointer);
  }
}

function limited(data: Json): Json {
  if (Buffer.byteLength(JSON.stringify(data)) <= DATA_LIMIT) return data;
  throw new StateError('States.DataLimitExceeded', `State data is over ${DATA_LIMIT} bytes`);
}

function matches(errorEquals: readonly string[], error: string): boolean {
  if (errorEquals.includes(error)) return true;
  if (UNCAUGHT.includes(error)) return false;
  return (
    errorEquals.includes('States.ALL') || (errorEquals.includes('States.TaskFailed') && error !== 'States.Timeout')
  );
}
