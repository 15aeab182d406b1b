/** The workflow's definition as a graph: states, and the ways from one to the next, those of its branches among them. */
import type { Machine, State } from '../../tests/support/asl-definition';

/** `catch`: taken at an error. `default`: of a Choice, where no rule holds. */
export type WayKind = 'next' | 'choice' | 'default' | 'catch';

export interface Way {
  readonly from: string;
  readonly to: string;
  readonly kind: WayKind;
}

export interface Place {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
  /** Last part of a task's resource, such as `putItem`. */
  readonly does: string;
  /** Whether it stands in a branch. */
  readonly inside: boolean;
}

export interface Graph {
  readonly start: string;
  readonly places: readonly Place[];
  /** One for each pair of states. */
  readonly ways: readonly Way[];
}

/** @param machine with names that are unique over its branches, as Step Functions demands. */
export function graphOf(machine: Machine): Graph {
  const places: Place[] = [];
  const ways = new Map<string, Way>();
  const add = (from: string, to: string | undefined, kind: WayKind): void => {
    const key = `${from}→${to ?? ''}`;
    if (to !== undefined && !ways.has(key)) ways.set(key, { from, to, kind });
  };

  /** @param after what follows the branch that this is, and what catches its errors. */
  const walk = (
    states: Machine['States'],
    inside: boolean,
    after: { next?: string | undefined; caught?: string | undefined },
  ): void => {
    for (const [name, state] of Object.entries(states)) {
      places.push(placeOf(name, state, inside));
      for (const { Next } of state.Choices ?? []) add(name, Next, 'choice');
      add(name, state.Default, 'default');
      const caught = state.Catch?.[0]?.Next ?? after.caught;
      for (const branch of state.Branches ?? []) {
        add(name, branch.StartAt, 'next');
        walk(branch.States, true, { next: state.Next ?? after.next, caught });
      }
      if (state.Branches === undefined) add(name, state.Next ?? (state.End === true ? after.next : undefined), 'next');
      if (state.Type === 'Fail') add(name, after.caught, 'catch');
      for (const { Next } of state.Catch ?? []) add(name, Next, 'catch');
    }
  };
  walk(machine.States, false, {});
  return { start: machine.StartAt, places, ways: [...ways.values()] };
}

const placeOf = (name: string, state: State, inside: boolean): Place => ({
  name,
  type: state.Type,
  comment: commentOf(state),
  does: state.Resource?.split(':').at(-1) ?? '',
  inside,
});

const commentOf = (state: State): string =>
  'Comment' in state && typeof state.Comment === 'string' ? state.Comment : '';

/** Keys `from→to` of the ways that were taken, in the order of the states that were passed. */
export function takenWays({ places, ways }: Graph, path: readonly string[]): Set<string> {
  const exists = new Set(ways.map(({ from, to }) => `${from}→${to}`));
  const parallel = places.find(({ type }) => type === 'Parallel')?.name;
  const taken = new Set<string>();
  for (const [n, to] of path.entries()) {
    const from = path[n - 1];
    if (from === undefined) continue;
    // an error inside a branch leads out of the Parallel around it
    taken.add(exists.has(`${from}→${to}`) ? `${from}→${to}` : `${parallel ?? from}→${to}`);
  }
  return taken;
}
