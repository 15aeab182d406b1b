/** The results as plots: SVG files, drawn by Vega-Lite. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TopLevelSpec } from 'vega-lite';
import { lossesBars } from './losses/report';
import type { Results } from './results';

/** A plot, and what it shows in words. */
interface Plot {
  readonly file: string;
  readonly title: string;
  readonly spec: Omit<TopLevelSpec & object, '$schema'>;
}

const CONFIG = { background: 'white', font: 'sans-serif', axis: { gridColor: '#eeeeee' }, legend: { labelLimit: 0 }, view: { stroke: null } }; // prettier-ignore

const log = (title: string, more: object = {}) => ({ type: 'quantitative', scale: { type: 'log' }, title, ...more });

/** A logarithmic axis with a tick at each of the values that there are. */
const ticks = <Field extends string>(
  field: Field,
  title: string,
  values: readonly Record<Field, number>[],
): object => ({
  field,
  ...log(title, { axis: { values: [...new Set(values.map((value) => value[field]))], labelOverlap: false } }),
});

/** Medians as a line, smallest to largest as a band around them. */
const lines = (values: readonly object[], x: object, y: string, color: string, more: object = {}): object => ({
  data: { values },
  width: 360,
  height: 260,
  encoding: { x, color: { field: color, type: 'nominal', title: null } },
  layer: [
    { mark: { type: 'errorbar', ticks: true }, encoding: { y: { field: 'min', ...log(y) }, y2: { field: 'max' } } },
    { mark: 'line', encoding: { y: { field: 'median', ...log(y) }, ...more } },
    { mark: { type: 'point', filled: true, opacity: 1 }, encoding: { y: { field: 'median', ...log(y) } } },
  ],
});

function waysPlot({ projection = [] }: Results): Plot[] {
  const fresh = projection.filter(({ scenario, writers }) => scenario === 'fresh' && writers === 1);
  return [false, true].flatMap((isDelayed) => {
    const values = fresh.filter((one) => one.isDelayed === isDelayed).map(({ way, batch, ordersPerSecond }) => ({ way, batch, ...ordersPerSecond })); // prettier-ignore
    if (values.length === 0) return [];
    const x = ticks('batch', 'records a batch', values);
    const title = `New orders a second, one writer${isDelayed ? ', 2.5 ms more a round trip' : ''}`;
    return [{ file: `ways${isDelayed ? '-delayed' : ''}.svg`, title, spec: { title, ...lines(values, x, 'orders/s', 'way') } }]; // prettier-ignore
  });
}

function scenariosPlot({ projection = [] }: Results): Plot[] {
  const own = projection.filter(({ way, writers, isDelayed }) => way === 'projector' && writers === 1 && !isDelayed);
  const values = own.map(({ scenario, batch, ordersPerSecond }) => ({ scenario, batch, ...ordersPerSecond }));
  if (values.length === 0) return [];
  const title = 'The projector: new, replayed, mixed and updated orders a second';
  return [{ file: 'scenarios.svg', title, spec: { title, ...lines(values, ticks('batch', 'records a batch', values), 'orders/s', 'scenario') } }]; // prettier-ignore
}

function queriesPlot({ queries = [] }: Results): Plot[] {
  if (queries.length === 0) return [];
  const values = queries.flatMap(({ query, orders, milliseconds, fromRows }) => [
    { query, orders, from: 'as it is', ...milliseconds },
    ...(fromRows ? [{ query, orders, from: 'from rows', ...fromRows }] : []),
  ]);
  const title = 'Milliseconds of a query, as the orders become more';
  const dashes = {
    strokeDash: {
      field: 'from',
      type: 'nominal',
      title: null,
      legend: { symbolType: 'stroke', symbolStrokeColor: 'black' },
    },
    detail: { field: 'from' },
  };
  return [{ file: 'queries.svg', title, spec: { title, ...lines(values, ticks('orders', 'orders', values), 'ms', 'query', dashes) } }]; // prettier-ignore
}

/** Of the projector and the seed's way, as in the other plots. */
const COLOURS = ['#e45756', '#72b7b2'];

/** Bars with their numbers; the axis has room for one beside thousands, and for none. */
function lossesPlot({ losses }: Results): Plot[] {
  if (losses === undefined) return [];
  const title = 'What is lost, half done or wrong in the end (bars are logarithmic)';
  const y = { field: 'words', type: 'nominal', title: null, sort: null, axis: { labelLimit: 0 } };
  const x = { field: 'count', type: 'quantitative', title: null, scale: { type: 'symlog' }, axis: null };
  const spec = {
    title,
    data: { values: lossesBars(losses) },
    width: 360,
    height: { step: 12 },
    encoding: { y, x, yOffset: { field: 'way' } },
    layer: [
      {
        mark: { type: 'bar' },
        encoding: { color: { field: 'way', type: 'nominal', title: null, legend: { orient: 'bottom' }, scale: { range: COLOURS } } }, // prettier-ignore
      },
      { mark: { type: 'text', align: 'left', dx: 4 }, encoding: { text: { field: 'count', format: ',' } } },
    ],
  };
  return [{ file: 'losses.svg', title, spec }];
}

/** These libraries are ES modules alone. */
async function svgOf(spec: Plot['spec']): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const compiled = compile({ config: CONFIG, ...spec } as TopLevelSpec);
  return new vega.View(vega.parse(compiled.spec), { renderer: 'none' }).toSVG();
}

/**
 * Writes the plots into `folder`.
 *
 * @returns Markdown that shows them, for a file beside which `address` is that folder.
 */
export async function drawPlots(results: Results, folder: string, address: string): Promise<string> {
  const plots = [...waysPlot(results), ...scenariosPlot(results), ...queriesPlot(results), ...lossesPlot(results)];
  for (const { file, spec } of plots) writeFileSync(join(folder, file), await svgOf(spec));
  return plots.map(({ file, title }) => `![${title}](${address}/${file})`).join('\n\n');
}
