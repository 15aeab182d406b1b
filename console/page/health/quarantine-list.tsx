/** Stream records in quarantine, each with why. */
import { useQuery } from '@tanstack/react-query';
import type { QuarantinePage } from '../../api';
import { get } from '../common/ask';
import { Problem } from '../common/problem';
import { Deeds } from './deeds';

const AGAIN =
  'The item is read from the orders table and projected as it is now; where that is good, the record leaves the quarantine.';

export function QuarantineList({ depth }: { readonly depth: number }) {
  const { data, error } = useQuery({
    queryKey: ['quarantine', depth],
    queryFn: () => get<QuarantinePage>('/api/quarantine'),
    refetchInterval: false,
  });
  return (
    <section aria-labelledby="quarantine" className="card">
      <h2 id="quarantine">Quarantine</h2>
      <Problem error={error} />
      {data?.records.length === 0 && <p className="empty">The quarantine is empty.</p>}
      <ul className="kept">
        {data?.records.map(({ id, pk, error: why, quarantinedAt }) => (
          <li key={id}>
            <p className="kept-head">
              <strong className="mono">{pk === '' ? 'a record without a key' : pk}</strong>{' '}
              <span className="muted">{quarantinedAt} UTC</span>
            </p>
            <p className="why">{why}</p>
            <Deeds of="quarantine" ids={[id]} what={pk === '' ? `record ${id}` : pk} again={AGAIN} />
          </li>
        ))}
      </ul>
      {data?.more === true && (
        <p className="muted">
          There are more; <code>npx order-pipeline quarantine ls --limit 1000</code> shows them.
        </p>
      )}
    </section>
  );
}
