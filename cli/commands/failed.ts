/** `failed`: what could not be done, in the queues and the bucket where it is kept. */
import type { Command } from 'commander';
import { EXIT } from '../exit';
import { withFailed, type Failed } from '../failed-events';
import type { Act } from '../program';
import { choose, dealWith, requireIdsOrAll, requireYes } from './choose';

const HELP = `
Three places are looked at:
  parked       events that the workflow could not finish, with the error
  undelivered  events that could not start the workflow
  unprojected  stream records that no retry could project

redrive puts an event on the bus again as it was, and only then deletes it. It gets a new id; a command without commandId gets
the old id as its commandId, so that what took effect already does not take effect twice. Stream records are projected again
from the orders table. An id may be cut to a part of it that is unique.

Examples:
  $ npx order-pipeline failed ls
  $ npx order-pipeline failed show 3f1c2a9e
  $ npx order-pipeline failed redrive --all
  $ npx order-pipeline failed discard 3f1c2a9e --yes`;

/** Shown without --limit. */
const DEFAULT_LIMIT = '100';

/** All there are, for one is looked for: SQS finds none by its id. */
const ALL = Infinity;

export function addFailed(program: Command, act: Act): void {
  const failed = program
    .command('failed')
    .summary('events and records that failed: look at them, send them again, give them up')
    .description('Deals with what failed for a reason that was not the sender’s.')
    .addHelpText('afterAll', HELP);

  const ls = failed
    .command('ls')
    .description('Lists what failed.')
    .option('--limit <n>', 'of each kind', DEFAULT_LIMIT);
  act<{ limit: string }>(ls, async ({ output, pipeline }, _ids, { limit }) =>
    withFailed(await pipeline(), Number(limit), (found) => {
      const rows = [...found].sort((a, b) => a.at.getTime() - b.at.getTime()).map(summary);
      output.document(rows);
      output.table(rows.map(shorten), 'Nothing failed.');
      return Promise.resolve(EXIT.done);
    }),
  );

  const show = failed.command('show').description('Shows one whole.').argument('<id>');
  act(show, async ({ output, pipeline }, ids) =>
    withFailed(await pipeline(), ALL, (found) => {
      const [one] = choose(found, ids);
      if (one !== undefined) {
        output.document({ ...summary(one), whole: one.whole });
        for (const [name, value] of Object.entries(summary(one))) output.line(`${name}: ${value}`);
        output.line(JSON.stringify(one.whole, undefined, 2));
      }
      return Promise.resolve(EXIT.done);
    }),
  );

  const redrive = failed
    .command('redrive')
    .description('Sends events again, projects records again.')
    .argument('[id...]')
    .option('--all', 'everything that failed');
  act<{ all?: boolean }>(redrive, async ({ output, pipeline }, ids, { all }) => {
    requireIdsOrAll(ids, all);
    return withFailed(await pipeline(), ALL, (found) =>
      dealWith(output, 'redriven', all === true ? found : choose(found, ids), (one) => one.redrive()),
    );
  });

  const discard = failed
    .command('discard')
    .description('Deletes them for good.')
    .argument('<id...>')
    .option('--yes', 'I mean it');
  act<{ yes?: boolean }>(discard, async ({ output, pipeline }, ids, { yes }) => {
    requireYes(yes);
    return withFailed(await pipeline(), ALL, (found) =>
      dealWith(output, 'discarded', choose(found, ids), (one) => one.discard()),
    );
  });
}

const summary = ({ id, where, at, what, error }: Failed) => ({ id, where, at: at.toISOString(), what, error });

const MAX_WORDS = 80;

/** Fits on a line: errors of databases and services can be long. */
const shorten = (row: ReturnType<typeof summary>) => ({
  ...row,
  error: row.error.length > MAX_WORDS ? `${row.error.slice(0, MAX_WORDS - 1)}…` : row.error,
});
