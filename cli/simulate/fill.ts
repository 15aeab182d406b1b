/** Which pipeline may be filled with made-up data. */
import { CliProblem, EXIT } from '../exit';
import type { Pipeline } from '../pipeline';
import type { Context } from '../program';

/** @throws CliProblem for a stack on AWS that was not asked for by its name. */
export async function pipelineToFill(context: Context): Promise<Pipeline> {
  const pipeline = await context.pipelineToChange();
  if (!pipeline.isLocal && !context.isStackNamed)
    throw new CliProblem(EXIT.usage, 'This writes made-up data: on AWS, say into which stack with --stack-name. Nothing was done.'); // prettier-ignore
  return pipeline;
}
