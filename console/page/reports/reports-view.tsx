/** The reports, asked for by the pipeline's own queries. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ItemSales, MonthlySales, QueryAnswer } from '../../../functions/shared/contract';
import { get } from '../common/ask';
import { DataChart } from '../common/chart';
import { linkTo } from '../common/place';
import { Problem } from '../common/problem';
import { View } from '../common/view';
import { ScrollTable } from '../common/scroll-table';

/** Reports cost the database something, so they are asked for less often. */
const EVERY_MS = 3_000;
/** Bars that can still be told apart. */
const BARS = 24;

export function ReportsView({ itemid }: { readonly itemid: string }) {
  return (
    <View
      title="Reports"
      lead="Sales of active orders, from the read model by the queries itemsSalesReport and monthlySalesByItem."
    >
      <div className="split even">
        <ByItem chosen={itemid} />
        <ByMonth key={itemid} itemid={itemid} />
      </div>
    </View>
  );
}

function ByItem({ chosen }: { readonly chosen: string }) {
  const [tokens, setTokens] = useState<readonly string[]>([]);
  const nextToken = tokens.at(-1) ?? '';
  const { data, error } = useQuery({
    queryKey: ['items', nextToken],
    queryFn: () => get<QueryAnswer<ItemSales>>('/api/reports/items', { nextToken, limit: '50' }),
    refetchInterval: EVERY_MS,
  });
  const rows = data?.queryResult ?? [];
  const largest = [...rows].sort((a, b) => b.totalordered - a.totalordered).slice(0, BARS);
  const following = data !== undefined && 'nextToken' in data ? data.nextToken : undefined;
  return (
    <section aria-labelledby="items" className="card">
      <h2 id="items">Sales by item</h2>
      <Problem error={error} />
      {data !== undefined && rows.length === 0 && <p className="empty">No item has active orders yet.</p>}
      {rows.length > 0 && (
        <>
          <DataChart
            type="bar"
            label={`Bars: ordered pieces of ${largest.length} items; the table below has the numbers`}
            labels={largest.map((row) => row.itemid)}
            values={largest.map((row) => row.totalordered)}
            unit="pieces"
          />
          {largest.length < rows.length && (
            <p className="muted">
              The {BARS} largest of the {rows.length} items of this page.
            </p>
          )}
          <ScrollTable label="Table of items">
            <table>
              <thead>
                <tr>
                  <th scope="col">Item</th>
                  <th scope="col" className="number">
                    Ordered
                  </th>
                  <th scope="col">Last order</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ itemid, totalordered, lastorderdate }) => (
                  <tr key={itemid} className={itemid === chosen ? 'chosen' : ''}>
                    <td>
                      <a href={linkTo('reports', itemid)}>{itemid}</a>
                    </td>
                    <td className="number">{totalordered.toLocaleString('en-GB')}</td>
                    <td>{lastorderdate}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollTable>
        </>
      )}
      <p className="bar">
        {tokens.length > 0 && (
          <button
            type="button"
            onClick={() => {
              setTokens(tokens.slice(0, -1));
            }}
          >
            Previous page
          </button>
        )}
        {following !== undefined && (
          <button
            type="button"
            onClick={() => {
              setTokens([...tokens, following]);
            }}
          >
            Next page
          </button>
        )}
      </p>
    </section>
  );
}

function ByMonth({ itemid }: { readonly itemid: string }) {
  const { data, error } = useQuery({
    queryKey: ['months', itemid],
    queryFn: () => get<QueryAnswer<MonthlySales>>(`/api/reports/months/${encodeURIComponent(itemid)}`),
    refetchInterval: EVERY_MS,
    enabled: itemid !== '',
  });
  const rows = data?.queryResult ?? [];
  const inTime = [...rows].reverse();
  return (
    <section aria-labelledby="months" className="card">
      <h2 id="months">Sales by month{itemid === '' ? '' : ` of ${itemid}`}</h2>
      <Problem error={error} />
      {itemid === '' && <p className="empty">Choose an item to see its months.</p>}
      {data !== undefined && rows.length === 0 && <p className="empty">No active order has this item.</p>}
      {rows.length > 0 && (
        <>
          <DataChart
            type="bar"
            label={`Bars: ordered pieces of ${itemid} in ${rows.length} months; the table below has the numbers`}
            labels={inTime.map((row) => row.monthyear)}
            values={inTime.map((row) => row.monthlyordered)}
            unit="pieces"
          />
          <ScrollTable label="Table of months">
            <table>
              <thead>
                <tr>
                  <th scope="col">Month</th>
                  <th scope="col" className="number">
                    Ordered
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ monthyear, monthlyordered }) => (
                  <tr key={monthyear}>
                    <td>{monthyear}</td>
                    <td className="number">{monthlyordered.toLocaleString('en-GB')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollTable>
        </>
      )}
    </section>
  );
}
