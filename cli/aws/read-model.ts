/** The read model by way of our functions, which reach a database that a person does not. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Checked, Compared } from '../../functions/project-orders/reconcile';
import type { Redriven } from '../../functions/project-orders/redrive';
import type { ClientOptions } from '../connect';
import { CliProblem, EXIT } from '../exit';
import type { ReadModel } from '../pipeline';

/** Invokes a function and resolves to what it answers. */
export type Invoke = (functionName: string, payload: unknown) => Promise<unknown>;

/** @returns what throws CliProblem where the function fails, with what to do. */
export function connectFunctions(options: ClientOptions): Invoke {
  const lambda = new LambdaClient(options);
  return async (functionName, payload) => {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(payload)) });
    const { FunctionError, Payload } = await lambda.send(command);
    const text = Payload?.transformToString() ?? '';
    if (FunctionError === undefined) return JSON.parse(text) as unknown;
    throw new CliProblem(EXIT.failed, whyFailed(functionName, text));
  };
}

export function connectReadModel(invoke: Invoke, operate: string, project: string): ReadModel {
  return {
    ask: async (request) => (await invoke(operate, request)) as never, // its types are the function's own
    redrive: async (pks) => (await invoke(project, { redrive: pks })) as Redriven,
    compare: async (keys, onlyMissing) =>
      ((await invoke(project, { compare: keys, onlyMissing })) as Compared).differences,
    check: async (check, after) => (await invoke(project, { check, after })) as Checked,
    mend: async (places) => {
      await invoke(project, { mend: places.map(({ table, key }) => ({ table, key })) });
    },
  };
}

/** Of the driver and of the server: nobody answers, or nobody who can. */
const DATABASE_AWAY =
  /ETIMEDOUT|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENOTFOUND|PROTOCOL_CONNECTION_LOST|Connection lost|database did not answer|Too many connections|read-only|Task timed out/i;

/**
 * @param text what Lambda says of an error: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 * @returns what happened and what to do.
 */
export function whyFailed(functionName: string, text: string): string {
  const reason = reasonOf(text);
  if (DATABASE_AWAY.test(reason))
    return (
      `The read model’s database does not answer (${reason}). One that is paused or restarts is back within a minute or two: ` +
      'then do the same again. Otherwise see whether it runs, and whether the function ' +
      `${functionName} reaches it.`
    );
  return `The function ${functionName} failed: ${reason}. Its log tells more.`;
}

function reasonOf(text: string): string {
  try {
    const { errorType, errorMessage } = JSON.parse(text) as { errorType?: string; errorMessage?: string };
    const type = errorType === 'Error' || errorType === 'Runtime.HandlerError' ? undefined : errorType; // they tell nothing
    return [type, errorMessage].filter(Boolean).join(': ') || 'for a reason that it did not tell';
  } catch {
    return text;
  }
}
