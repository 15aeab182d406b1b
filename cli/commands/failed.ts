/** `failed`: what could not be done, in the queues and the bucket where it is kept. */
import type { Command } from 'commander';
import { EXIT } from '../exit';
import { addHelp } from '../help';
import { everything, type Failed, type Place, type Told } from '../failed';
import { withFailed } from '../failed-events';
import { onceNumber } from '../options';
import type { Output } from '../output';
import type { Act } from '../program';
import { dealWith, find, requireIdsOrAll, requireYes, shorten } from './choose';

const PLACES = `
Three places are looked at:
  parked       events that the workflow could not finish, with the error
  undelivered  events that could not start the workflow
  unprojected  stream records that no retry could project`;
const REDRIVE = `
redrive puts an event on the bus again as it was, and only then deletes it. It gets a new id; a command without commandId gets
the old id as its commandId, so that what took effect already does not take effect twice. A createOrder needs none: its content
tells. Stream records are projected again from the orders table.`;
const ID = 'its id, or six characters of it or more that no other has';
const EXAMPLES = [
  'failed ls',
  'failed show 3f1c2a9e',
  'failed redrive --all',
  'failed discard 3f1c2a9e --yes',
] as const;

/** Shown without --limit. */
const DEFAULT_LIMIT = 100;
/** Messages that one queue hides at once: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_LIMIT = 120_000;

export function addFailed(program: Command, act: Act): void {
  const failed = program
    .command('failed')
    .summary('events and records that failed: look at them, send them again, give them up')
    .description('Deals with what failed for a reason that was not the sender’s.');
  addHelp(failed, { about: `${PLACES}\n\n${REDRIVE}`, examples: EXAMPLES });

  const ls = failed
    .command('ls')
    .description('Lists what failed.')
    .option('--limit <n>', `of each place (default: ${DEFAULT_LIMIT})`, onceNumber(1, MAX_LIMIT));
  addHelp(ls, { about: PLACES, examples: ['failed ls', 'failed ls --limit 1000 --json'] });
  act<{ limit?: number }>(ls, async ({ output, pipeline }, _ids, { limit = DEFAULT_LIMIT }) =>
    withFailed(await pipeline(), async (places) => {
      const rows: Row[] = [];
      for (const place of places) rows.push(...(await list(place, limit, output)));
      output.progress('');
      rows.sort((a, b) => (a.at < b.at ? -1 : 1));
      output.document(rows);
      output.table(
        rows.map((row) => ({ ...shorten(row) })),
        'Nothing failed.',
      );
      return EXIT.done;
    }),
  );

  const show = failed.command('show').description('Shows one whole.').argument('<id>', ID);
  addHelp(show, { exits: { notFound: 'there is no such stack, or no such id' }, examples: ['failed show 3f1c2a9e'] });
  act(show, async ({ output, pipeline }, ids) =>
    withFailed(await pipeline(), async (places) => {
      const [one] = await find(watched(everything(places), output), ids);
      output.progress('');
      if (one !== undefined) {
        const told = await one.tell();
        const row = summary(one, told);
        output.document({ ...row, whole: told.whole });
        for (const [name, value] of Object.entries(row)) output.line(`${name}: ${value}`);
        output.line(JSON.stringify(told.whole, undefined, 2));
      }
      return EXIT.done;
    }),
  );

  const redrive = failed
    .command('redrive')
    .description('Sends events again, projects records again.')
    .argument('[id...]', ID)
    .option('--all', 'everything that failed, instead of ids');
  addHelp(redrive, {
    about: REDRIVE,
    exits: { failed: 'failed, or something could not be redriven', notFound: 'there is no such stack, or no such id' },
    examples: ['failed redrive 3f1c2a9e', 'failed redrive --all'],
  });
  act<{ all?: boolean }>(redrive, async ({ output, pipelineToChange }, ids, { all }) => {
    requireIdsOrAll(ids, all);
    return withFailed(await pipelineToChange(), async (places) => {
      const found = everything(places);
      const chosen = all === true ? found : await find(watched(found, output), ids);
      return dealWith(output, 'redriven', chosen, (one) => one.redrive());
    });
  });

  const discard = failed
    .command('discard')
    .description('Deletes them for good.')
    .argument('<id...>', ID)
    .option('--yes', 'I mean it: without it, nothing is done');
  addHelp(discard, {
    exits: { notFound: 'there is no such stack, or no such id' },
    examples: ['failed discard 3f1c2a9e --yes'],
  });
  act<{ yes?: boolean }>(discard, async ({ output, pipelineToChange }, ids, { yes }) => {
    requireYes(yes);
    return withFailed(await pipelineToChange(), async (places) => {
      const chosen = await find(watched(everything(places), output), ids);
      return dealWith(output, 'discarded', chosen, (one) => one.discard());
    });
  });
}

interface Row extends Omit<Told, 'whole'> {
  readonly id: string;
  readonly where: string;
  readonly at: string;
}

const summary = ({ id, where, at }: Failed, { what, error }: Told): Row => ({
  id,
  where,
  at: at.toISOString(),
  what,
  error,
});

/** Up to `limit` of one place. Where there are more, that is said. */
async function list(place: Place, limit: number, output: Output): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const one of watched(place.failed, output)) {
    rows.push(summary(one, await one.tell()));
    if (rows.length === limit) break;
  }
  const all = rows.length < limit ? rows.length : await place.count();
  if (all > rows.length) output.note(`${place.where}: ${rows.length} of about ${all}; --limit shows more`);
  return rows;
}

/** Says how many were looked at: queues can be searched from their beginning alone. */
async function* watched(failed: AsyncIterable<Failed>, output: Output): AsyncIterable<Failed> {
  let looked = 0;
  for await (const one of failed) {
    looked += 1;
    output.progress(`looking, ${looked} so far`);
    yield one;
  }
}
