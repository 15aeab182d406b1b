/** An outcome in its colour; the word tells it as well. */
import type { Outcome } from '../../api';

const MARKS: Readonly<Record<Outcome, string>> = { done: '✓', refused: '⊘', failed: '✗', running: '…' };

export function Badge({ outcome }: { readonly outcome: Outcome }) {
  return (
    <span className={`badge ${outcome}`}>
      <span aria-hidden="true">{MARKS[outcome]}</span> {outcome}
    </span>
  );
}
