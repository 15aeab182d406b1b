/** How the pipeline is: how far the read model is behind, and what failed. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Health, LagPoint, Measured } from '../../api';
import { get } from '../common/ask';
import { DataChart } from '../common/chart';
import { Problem } from '../common/problem';
import { View } from '../common/view';
import { clock, span } from '../common/words';
import { ScrollTable } from '../common/scroll-table';
import { FailedList } from './failed-list';
import { QuarantineList } from './quarantine-list';

const EVERY_MS = 2_000;
const POINTS = 120;

const PLACES = {
  parked: ['Parked', 'events that the workflow could not finish'],
  undelivered: ['Undelivered', 'events that could not start the workflow'],
  unprojected: ['Unprojected', 'stream records that no retry could project'],
  quarantined: ['Quarantined', 'records that are not as they should be'],
} as const;

export function HealthView() {
  const { data, error } = useQuery({
    queryKey: ['health'],
    queryFn: () => get<Health>('/api/health'),
    refetchInterval: EVERY_MS,
  });
  return (
    <View title="Health" lead="How far the read model is behind the orders, and what failed and is kept.">
      <Problem error={error} />
      {data !== undefined && (
        <>
          <ul className="tiles">
            {(Object.keys(PLACES) as (keyof typeof PLACES)[]).map((name) => (
              <Tile key={name} title={PLACES[name][0]} what={PLACES[name][1]} measured={data[name]} />
            ))}
          </ul>
          <Lag points={data.lag} />
          <FailedList depth={valueOf(data.parked) + valueOf(data.undelivered) + valueOf(data.unprojected)} />
          <QuarantineList depth={valueOf(data.quarantined)} />
        </>
      )}
    </View>
  );
}

const valueOf = (measured: Measured): number => ('value' in measured ? measured.value : 0);

function Tile({
  title,
  what,
  measured,
}: {
  readonly title: string;
  readonly what: string;
  readonly measured: Measured;
}) {
  const known = 'value' in measured;
  const look = !known ? 'unknown' : measured.value === 0 ? 'fine' : 'bad';
  return (
    <li className={`tile ${look}`}>
      <strong className="figure">
        {known ? `${measured.value.toLocaleString('en-GB')}${measured.orMore ? '+' : ''}` : '?'}
      </strong>
      <span className="tile-title">{title}</span>
      <span className="muted">{known ? what : measured.problem}</span>
    </li>
  );
}

function Lag({ points }: { readonly points: readonly LagPoint[] }) {
  const shown = useMemo(() => points.slice(-POINTS), [points]);
  const labels = useMemo(() => shown.map(({ at }) => clock(at).slice(0, 8)), [shown]);
  const values = useMemo(() => shown.map(({ milliseconds }) => milliseconds), [shown]);
  const last = shown.at(-1);
  return (
    <section aria-labelledby="lag" className="card">
      <h2 id="lag">Projection lag</h2>
      {last === undefined ? (
        <p className="empty">Nothing was projected yet.</p>
      ) : (
        <>
          <p>
            The last batch was projected {span(last.milliseconds)} after its oldest change, at {clock(last.at)}; the
            longest of the last {shown.length} took {span(Math.max(...values))}.{' '}
            <span className="muted">The stream tells whole seconds, so up to a second of it may be none.</span>
          </p>
          <DataChart
            type="line"
            label="Line: lag of each batch in milliseconds; the table below has the numbers"
            labels={labels}
            values={values}
            unit="ms"
          />
          <details>
            <summary>The numbers</summary>
            <ScrollTable label="Table of lags">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Projected</th>
                    <th scope="col" className="number">
                      Lag
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {[...shown].reverse().map(({ at, milliseconds }) => (
                    <tr key={at}>
                      <td className="mono">{clock(at)}</td>
                      <td className="number">{milliseconds} ms</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollTable>
          </details>
        </>
      )}
    </section>
  );
}
