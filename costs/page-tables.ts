/** The page's tables. */
import { MONTH_HOURS } from './assumptions';
import { addedBy, billOf, total, type Line } from './bill';
import { IDLE, LOADS, MILLION, type Counted } from './loads';
import { dollars, markdownTable, price, quantity } from './markdown';
import { PRICES } from './prices';
import type { Stack } from './stack';

export const totals = (ours: Counted, seed: Counted): string =>
  markdownTable(
    ['r', 'r', 'r', 'r'],
    [
      ['orders a month, evenly', 'this stack', 'compared', 'times'],
      ...LOADS.map((load) => {
        const [mine, other] = [total(billOf(...ours, load)), total(billOf(...seed, load))];
        return [
          load.orders === 0 ? 'none: idle' : load.orders.toLocaleString('en-US'),
          dollars(mine),
          dollars(other),
          (other / mine).toFixed(1),
        ];
      }),
    ],
  );

export const bill = (lines: readonly Line[]): string =>
  markdownTable(
    ['l', 'l', 'r', 'l', 'r', 'r'],
    [
      ['service', 'what', 'quantity', 'of', 'price', 'cost'],
      ...lines.map(({ service, what, quantity: used, usd }) => {
        const { unit, usd: each } = PRICES[what];
        return [service, what, quantity(used), unit, price(each), dollars(usd)];
      }),
      ['**together**', '', '', '', '', `**${dollars(total(lines))}**`],
    ],
  );

export function changes([stack, footprint]: Counted): string {
  const rows: [string, Stack][] = [
    ['as it is', stack],
    ['`WorkflowLogLevel=ERROR`', { ...stack, workflowLog: { ...stack.workflowLog, level: 'ERROR' } }],
    ['`LogPayloads=true`', { ...stack, workflowLog: { ...stack.workflowLog, payloads: true } }],
    ['`LogLevel=WARN`', { ...stack, projector: { ...stack.projector, logLevel: 'WARN' } }],
    ['`ArchiveDays=0`', { ...stack, archiveDays: 0 }],
    ['`ArchiveDays=365`', { ...stack, archiveDays: 365 }],
    ['`LogRetentionDays=365`', { ...stack, logDays: 365 }],
    ['`DatabaseMinCapacity=0.5`', { ...stack, minCapacity: 0.5 }],
  ];
  return markdownTable(
    ['l', 'r', 'r', 'r'],
    [
      ['change', 'idle', 'a million orders', 'a month with a million'],
      ...rows.map(([name, changed]) => [
        name,
        dollars(total(billOf(changed, footprint, IDLE))),
        dollars(total(addedBy(changed, footprint, MILLION))),
        dollars(total(billOf(changed, footprint, MILLION))),
      ]),
    ],
  );
}

export const arrivals = (ours: Counted): string =>
  markdownTable(
    ['l', 'r', 'r'],
    [
      ['a million orders within', 'database', 'the month'],
      ...[MONTH_HOURS, 176, 10, 1].map((hours) => {
        const lines = billOf(...ours, { orders: 1e6, hours });
        const capacity = total(lines.filter(({ what }) => what === 'Aurora capacity'));
        const within = hours === MONTH_HOURS ? 'the whole month' : hours === 1 ? 'one hour' : `${hours} hours`;
        return [within, dollars(capacity), dollars(total(lines))];
      }),
    ],
  );
