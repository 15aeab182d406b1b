/** The sample events of events/. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { ROOT } from '../../local/paths';
import type { Sample } from '../api';

const entriesSchema = v.array(
  v.object({
    DetailType: v.picklist(['orderCommand', 'orderQuery']),
    Detail: v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown())),
    Time: v.optional(v.string()),
  }),
);

export function readSamples(folder = join(ROOT, 'events')): Sample[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => {
      const entries = v.parse(entriesSchema, JSON.parse(readFileSync(join(folder, name), 'utf8')));
      return entries.map(({ DetailType, Detail, Time }) => ({
        name: name.replace(/^\d+-|\.json$/g, '').replaceAll('-', ' '),
        entry: { detailType: DetailType, detail: Detail, ...(Time !== undefined && { time: Time }) },
      }));
    });
}
