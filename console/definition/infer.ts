/** The path where it cannot be computed again: what the history names, and between two of its states what lies on every way. */
import type { Machine, State } from '../../tests/support/asl-definition';
import type { Visit } from '../api';
import { graphOf, type Graph } from './graph';
import type { Recorded } from './recorded';

/** Ways that are looked at between two states; there are some dozens. */
const MAX_WAYS = 500;

export interface Inferred {
  readonly path: readonly Visit[];
  /** Why it is not whole, where it is not. */
  readonly gap?: string;
}

export function infer(machine: Machine, recorded: Recorded): Inferred {
  const graph = graphOf(machine);
  const known = knownVisits(machine, recorded);
  const loud = new Set(graph.places.filter(({ type, inside }) => !inside || type === 'Task').map(({ name }) => name));
  const path: Visit[] = [];
  const gaps: string[] = [];
  for (const visit of known) {
    const before = path.at(-1);
    if (before !== undefined) {
      const between = waysBetween(graph, before.state, visit.state, loud);
      const sure = (between[0] ?? []).filter((state) => between.every((way) => way.includes(state)));
      if (between.length > 1) gaps.push(`between ${before.state} and ${visit.state}`);
      path.push(...sure.map((state): Visit => ({ state, basis: 'inferred' })));
    }
    path.push(visit);
  }
  if (gaps.length === 0) return { path };
  return {
    path,
    gap: `The history leaves open which way was taken ${gaps.join(' and ')}: states that lie on every way are shown.`,
  };
}

/** What stands between two states, for every way from one to the other on which no other state would be in the history. */
function waysBetween({ ways }: Graph, from: string, to: string, loud: ReadonlySet<string>): string[][] {
  const found: string[][] = [];
  const walk = (at: string, passed: readonly string[]): void => {
    for (const way of ways) {
      if (way.from !== at || found.length >= MAX_WAYS) continue;
      if (way.to === to) found.push([...passed]);
      else if (!loud.has(way.to) && !passed.includes(way.to)) walk(way.to, [...passed, way.to]);
    }
  };
  walk(from, []);
  return found;
}

/** Tasks are told apart by their resource: in our workflow, no two have the same. */
function knownVisits(machine: Machine, { passages, attempts }: Recorded): Visit[] {
  const names = new Map(allStates(machine.States).map(([name, { Resource = '' }]) => [Resource, name]));
  const named = passages.map((passage): Visit => ({ basis: 'recorded', ...passage }));
  const inside = new Set(passages.map(({ state }) => state));
  const tasks = attempts.flatMap(({ resource, scheduledAt, endedAt, output, error, cause }): Visit[] => {
    const state = names.get(resource);
    if (state === undefined || inside.has(state)) return [];
    return [
      {
        state,
        basis: 'recorded',
        enteredAt: scheduledAt,
        ...(endedAt !== undefined && { leftAt: endedAt }),
        ...(output !== undefined && { output }),
        ...(error !== undefined && { errors: [[error, cause].filter(Boolean).join(': ')] }),
      },
    ];
  });
  const once = tasks.filter(({ state }, n) => tasks[n - 1]?.state !== state); // retries
  return [...named, ...once].sort((a, b) => (a.enteredAt ?? '').localeCompare(b.enteredAt ?? ''));
}

const allStates = (states: Machine['States']): [string, State][] =>
  Object.entries(states).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.Branches ?? []).flatMap((branch) => allStates(branch.States)),
  ]);
