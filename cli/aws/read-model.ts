/** The read model by way of our functions, which reach a database that a person does not. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Redriven } from '../../functions/project-orders/redrive';
import type { ClientOptions } from '../connect';
import { CliProblem, EXIT } from '../exit';
import type { ReadModel } from '../pipeline';

export function connectReadModel(options: ClientOptions, operate: string, project: string): ReadModel {
  const lambda = new LambdaClient(options);
  const invoke = async (functionName: string, payload: unknown): Promise<unknown> => {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(payload)) });
    const { FunctionError, Payload } = await lambda.send(command);
    const text = Payload?.transformToString() ?? '';
    if (FunctionError === undefined) return JSON.parse(text);
    throw new CliProblem(EXIT.failed, `The function ${functionName} failed: ${reasonOf(text)}`);
  };
  return {
    ask: async (request) => (await invoke(operate, request)) as never, // its types are the function's own
    redrive: async (pks) => (await invoke(project, { redrive: pks })) as Redriven,
  };
}

/** What Lambda says of an error: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
function reasonOf(text: string): string {
  try {
    const { errorType = '', errorMessage = '' } = JSON.parse(text) as { errorType?: string; errorMessage?: string };
    return `${errorType} ${errorMessage}`.trim();
  } catch {
    return text;
  }
}
