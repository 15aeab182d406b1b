/** What `npm start` itself has ordered, by the files of events/. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../local/paths';
import { parseEntries } from '../entries';
import type { Tables } from '../pipeline';

/** Keys that the sample events leave in the orders table. */
function sampleKeys(): Set<string> {
  const folder = join(ROOT, 'events');
  const entries = readdirSync(folder).flatMap((name) => parseEntries(readFileSync(join(folder, name), 'utf8'), name));
  const details = entries.map(({ detail }) => JSON.parse(detail) as { readonly orderId?: unknown });
  return new Set(details.flatMap(({ orderId }) => (typeof orderId === 'string' ? [`order#${orderId}`] : [])));
}

/** @returns a key of the orders table that is not of the samples; undefined where there is none. */
export async function foreignKey(tables: Tables): Promise<string | undefined> {
  const samples = sampleKeys();
  for await (const keys of tables.keys()) {
    const foreign = keys.find((key) => !samples.has(key));
    if (foreign !== undefined) return foreign;
  }
  return undefined;
}
