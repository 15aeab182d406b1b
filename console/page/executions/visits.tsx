/** The states that were passed, in their order; one opened shows what went in and came out. */
import { useEffect, useRef } from 'react';
import type { Visit } from '../../api';
import { Json } from '../common/json';
import { between, clock } from '../common/words';

interface Props {
  readonly path: readonly Visit[];
  readonly chosen: string | undefined;
  readonly onChoose: (state: string) => void;
}

const BASES = {
  recorded: 'in the history',
  replayed: 'computed again from the recorded results; the local cloud records nothing of it',
  inferred: 'inferred: it lies on every way between two states of the history',
} as const;

export function Visits({ path, chosen, onChoose }: Props) {
  return (
    <section aria-labelledby="states" className="visits">
      <h2 id="states">States, in their order</h2>
      <ol>
        {path.map((visit, n) => (
          <Passed key={`${visit.state} ${n}`} visit={visit} open={visit.state === chosen} onChoose={onChoose} />
        ))}
      </ol>
    </section>
  );
}

function Passed({
  visit,
  open,
  onChoose,
}: { readonly visit: Visit; readonly open: boolean } & Pick<Props, 'onChoose'>) {
  const details = useRef<HTMLDetailsElement>(null);
  const { state, basis, enteredAt, leftAt, input, output, assigned, errors = [] } = visit;
  useEffect(() => {
    if (!open || details.current === null) return;
    details.current.open = true;
    details.current.scrollIntoView({ block: 'nearest' });
  }, [open]);
  return (
    <li className={open ? 'chosen' : ''}>
      <details
        ref={details}
        onToggle={({ currentTarget }) => {
          if (currentTarget.open) onChoose(state);
        }}
      >
        <summary>
          <span className={`basis ${errors.length > 0 ? 'bad' : basis}`} aria-hidden="true" />
          <span className="visit-name">{state}</span>
          <span className="mono muted">{enteredAt === undefined ? '' : clock(enteredAt)}</span>
          <span className="number muted">
            {enteredAt !== undefined && leftAt !== undefined ? between(enteredAt, leftAt) : ''}
          </span>
        </summary>
        <p className="muted">
          {BASES[basis]}
          {enteredAt === undefined && basis !== 'recorded' ? '; its time is not recorded' : ''}.
        </p>
        {errors.map((error, n) => (
          <p key={n} className="problem">
            {error}
          </p>
        ))}
        {input !== undefined && <Json label={`Input of ${state}`} text={input} />}
        {assigned !== undefined && <Json label={`Assigned by ${state}`} text={assigned} />}
        {output !== undefined && <Json label={`Output of ${state}`} text={output} />}
      </details>
    </li>
  );
}
