/** Emptying the pipeline, as `reset` does; what waits in the queues stays. */
import { resetAll } from '../commands/reset';
import { CliProblem, EXIT } from '../exit';
import type { Output } from '../output';
import type { Pipeline } from '../pipeline';

const nothing = (): void => undefined;

/** @throws CliProblem where the stack is protected, or something could not be deleted. */
export async function emptyAll(pipeline: Pipeline, output: Output): Promise<void> {
  if (pipeline.isProtected)
    throw new CliProblem(EXIT.usage, `The stack ${pipeline.stackName} has DeletionProtection. Nothing was done.`);
  await resetAll(pipeline, { ...output, line: nothing, table: nothing, document: nothing }, false);
}
