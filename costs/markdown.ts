/** Tables as Prettier would leave them, so that the page passes its check. */

export type Align = 'l' | 'r';

/** @param align how each column is set, to the left or to the right. */
export function markdownTable(align: readonly Align[], rows: readonly (readonly string[])[]): string {
  const widths = align.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const cells = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => pad(row[column] ?? '', width, align[column])).join(' | ')} |`;
  const rule = widths.map((width, column) => (align[column] === 'r' ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  const [head = [], ...body] = rows;
  return [cells(head), cells(rule), ...body.map(cells)].join('\n');
}

const pad = (text: string, width: number, align: Align | undefined): string =>
  align === 'r' ? text.padStart(width) : text.padEnd(width);

/** Dollars, to the cent, or to three digits where that would be none. */
export const dollars = (usd: number): string =>
  `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: usd !== 0 && usd < 0.01 ? 3 : 2 })}`;

/** A quantity, to four digits. */
export const quantity = (value: number): string =>
  value.toLocaleString('en-US', value >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 });

/** A price with as many digits as it has. */
export const price = (usd: number): string =>
  usd < 0.00001 ? `$${Number((usd * 1e6).toPrecision(6))} a million` : `$${Number(usd.toPrecision(6))}`;
