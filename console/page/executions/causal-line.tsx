/** From the event to the rows, with the time between. */
import type { CausalStep } from '../../api';
import { between, clock } from '../common/words';

export function CausalLine({ steps }: { readonly steps: readonly CausalStep[] }) {
  return (
    <section aria-labelledby="causal">
      <h2 id="causal">What it led to</h2>
      <ol className="causal">
        {steps.map(({ what, at, second, note, state }, n) => (
          <li key={what} className={state}>
            <span className="causal-what">{what}</span>
            <span className="causal-when mono">
              {at !== undefined
                ? clock(at)
                : second !== undefined
                  ? `${clock(second).slice(0, 8)} or later`
                  : WORDS[state]}
            </span>
            <span className="causal-gap">{gapBefore(steps, n)}</span>
            <span className="muted causal-note">{note}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const WORDS = { known: 'not recorded', waiting: 'awaited', unknown: 'not known', none: 'none' } as const;

/** The time since the last step that has one. */
function gapBefore(steps: readonly CausalStep[], n: number): string {
  const at = steps[n]?.at;
  const before = steps.slice(0, n).findLast((step) => step.at !== undefined)?.at;
  return at === undefined || before === undefined ? '' : `+${between(before, at)}`;
}
