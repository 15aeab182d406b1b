/** The way that an execution took through the definition. */
import type { Machine } from '../../tests/support/asl-definition';
import { infer, type Inferred } from './infer';
import type { Recorded } from './recorded';
import { replay } from './replay';

const DIFFERS =
  'Computed again from the recorded results, the path does not come to the recorded end; so it is inferred from the definition.';

export async function pathOf(machine: Machine, recorded: Recorded): Promise<Inferred> {
  const visits = await replay(machine, recorded);
  if (visits !== undefined) return { path: visits };
  const { path, gap } = infer(machine, recorded);
  return { path, gap: gap === undefined ? DIFFERS : `${DIFFERS} ${gap}` };
}
