/** What the page sends goes through a schema before it is used. */
import * as v from 'valibot';
import { issueWords } from '../../functions/shared/issue-words';
import { ConsoleProblem } from './problem';

/** @throws ConsoleProblem that names every fault. */
export function parseInput<Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'the request'} ${issueWords(issue)}`);
  throw new ConsoleProblem(
    400,
    `The request is not as it should be: ${faults.join('; ')}.`,
    'Correct it, then try again.',
  );
}
