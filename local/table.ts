/** Text in columns, by the width that a terminal gives each character: an ideograph takes two columns, an accent none. */
import stringWidth from 'string-width';

const GAP = '  ';

const widthOf = (text: string): number => stringWidth(text);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * Rows under a line of column names; numbers flush right. The columns are the first row's.
 *
 * @param most columns of the terminal that a line may take; cells that are too wide for it go on below. At 0 each takes what it needs.
 */
export function renderTable(rows: readonly Readonly<Record<string, unknown>>[], most = 0): string[] {
  const names = Object.keys(rows[0] ?? {});
  const isNumber = names.map((name) => rows.every((row) => typeof row[name] === 'number'));
  const lines = [names, ...rows.map((row) => names.map((name) => textOf(row[name] ?? null)))];
  const needed = names.map((_, index) => Math.max(...lines.map((line) => widthOf(line[index] ?? ''))));
  const widths = most === 0 ? needed : squeezed(needed, most - GAP.length * (names.length - 1));
  return lines.flatMap((line) => {
    const cells = line.map((cell, index) => wrapText(cell, widths[index] ?? 0));
    return Array.from({ length: Math.max(1, ...cells.map(({ length }) => length)) }, (_, part) =>
      cells
        .map((cell, index) => padded(cell[part] ?? '', widths[index] ?? 0, isNumber[index] === true))
        .join(GAP)
        .trimEnd(),
    );
  });
}

function padded(text: string, width: number, isRight: boolean): string {
  const gap = ' '.repeat(Math.max(0, width - widthOf(text)));
  return isRight ? gap + text : text + gap;
}

/** A column that is squeezed keeps so much, or all that it needs. */
const LEAST = 8;

/** The widest columns give way, one character after the other, until all have room. */
function squeezed(needed: readonly number[], room: number): number[] {
  const widths = [...needed];
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over -= 1) {
    const widest = Math.max(...widths);
    if (widest <= LEAST) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}

/** Lines of at most `width` columns, broken between words; a word that is longer is broken where it must be. */
export function wrapText(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ').flatMap((whole) => piecesOf(whole, width))) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = word;
    else if (widthOf(last) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function piecesOf(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word];
  const pieces = [''];
  for (const { segment } of new Intl.Segmenter().segment(word)) {
    const last = pieces.at(-1) ?? '';
    if (last !== '' && widthOf(last + segment) > width) pieces.push(segment);
    else pieces[pieces.length - 1] = last + segment;
  }
  return pieces;
}
