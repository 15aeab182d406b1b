/** A scan of the orders table as it was recorded: its pages in files, in DynamoDB's JSON, as the function gets them. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Item, Scan } from '../functions/rebuild-read-model/scan';
import { image, makeOrder } from './orders';

/** Pages of a scan. */
export interface Recording {
  readonly segments: number;
  /** How many pages a segment has. */
  readonly pages: (segment: number) => number;
  readonly read: (segment: number, page: number) => readonly Item[];
}

/** Where a recording lies, and how it is cut. */
export interface Recorded {
  readonly folder: string;
  readonly orders: number;
  readonly segments: number;
}

/** Orders of a page: DynamoDB counts about 370 bytes for one of these, and gives a megabyte at once. */
const PAGE = 2_800;

/** A scan comes in the order of the keys' hashes; a prime that divides no number of orders here mixes them as well. */
const PRIME = 611_953;

const fileOf = ({ folder }: Recorded, segment: number, page: number): string => join(folder, `${segment}-${page}.json`);

const firstOf = ({ orders, segments }: Recorded, segment: number): number => Math.floor((orders * segment) / segments);

const pagesOf = (recorded: Recorded, segment: number): number =>
  Math.ceil((firstOf(recorded, segment + 1) - firstOf(recorded, segment)) / PAGE);

/** Writes the pages of a scan of so many orders, each in its first version. */
export function record(recorded: Recorded): void {
  rmSync(recorded.folder, { recursive: true, force: true });
  mkdirSync(recorded.folder, { recursive: true });
  for (let segment = 0; segment < recorded.segments; segment += 1) {
    const end = firstOf(recorded, segment + 1);
    for (let page = 0; page < pagesOf(recorded, segment); page += 1) {
      const start = firstOf(recorded, segment) + page * PAGE;
      const places = Array.from({ length: Math.min(PAGE, end - start) }, (_, n) => start + n);
      const items = places.map((place) => image(makeOrder((place * PRIME) % recorded.orders), 1));
      writeFileSync(fileOf(recorded, segment, page), JSON.stringify(items));
    }
  }
}

export const recordingOf = (recorded: Recorded): Recording => ({
  segments: recorded.segments,
  pages: (segment) => pagesOf(recorded, segment),
  read: (segment, page) => JSON.parse(readFileSync(fileOf(recorded, segment, page), 'utf8')) as Item[],
});

/** Gives the pages of a recording; a place in it is the number of the page. */
export const scanRecording =
  (recording: Recording): Scan =>
  ({ segment, after }) => {
    const page = Number(after ?? 0);
    const isLast = page + 1 >= recording.pages(segment);
    const items = page < recording.pages(segment) ? recording.read(segment, page) : [];
    return Promise.resolve({ items, next: isLast ? null : String(page + 1) });
  };
