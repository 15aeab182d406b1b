/** Emptying the pipeline, as `reset` does. */
import { CliProblem, EXIT } from '../exit';
import type { Pipeline } from '../pipeline';

/** @throws CliProblem */
export function emptyAll({ where }: Pipeline): Promise<void> {
  return Promise.reject(new CliProblem(EXIT.failed, `${where} cannot be emptied: there is no reset in this release.`));
}
