/** Events and records that failed, each with why. */
import { useQuery } from '@tanstack/react-query';
import type { FailedPage } from '../../api';
import { get } from '../common/ask';
import { Json } from '../common/json';
import { Problem } from '../common/problem';
import { dateAndTime } from '../common/words';
import { Deeds } from './deeds';

const AGAIN = {
  parked: 'The event is put on the bus again; what took effect before does not take effect twice.',
  undelivered: 'The event is put on the bus again; what took effect before does not take effect twice.',
  unprojected: 'The items are projected again, as they are in the orders table now.',
} as const;

/** Messages that somebody else looks at are hidden for a while. */
const HIDDEN_MS = 5_000;

/** @param depth how many there are: to look at messages hides them from others, so that is done when there is something new. */
export function FailedList({ depth }: { readonly depth: number }) {
  const { data, error } = useQuery({
    queryKey: ['failed', depth],
    queryFn: () => get<FailedPage>('/api/failed'),
    refetchInterval: ({ state }) =>
      depth > (state.data?.failed.length ?? 0) && state.data?.more !== true ? HIDDEN_MS : false,
  });
  return (
    <section aria-labelledby="failed" className="card">
      <h2 id="failed">Failed events and records</h2>
      <Problem error={error} />
      {data === undefined && error === null && <p className="empty">Looking …</p>}
      {data?.failed.length === 0 && <p className="empty">Nothing failed.</p>}
      <ul className="kept">
        {data?.failed.map(({ id, where, at, what, error: why, whole }) => (
          <li key={id}>
            <p className="kept-head">
              <strong>{what}</strong> <span className="badge failed">{where}</span>{' '}
              <span className="muted">{dateAndTime(at)}</span>
            </p>
            <p className="why">{why}</p>
            <details>
              <summary>All that is kept of it</summary>
              <Json label={`What is kept of ${what}`} text={whole} />
            </details>
            <Deeds of="failed" ids={[id]} what={what} again={AGAIN[where]} />
          </li>
        ))}
      </ul>
      {data?.more === true && (
        <p className="muted">
          There are more; <code>npx order-pipeline failed ls --limit 1000</code> shows them.
        </p>
      )}
    </section>
  );
}
