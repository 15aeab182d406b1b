/** `quarantine`: stream records that could not be projected, kept in the read model with the reason. */
import type { Command } from 'commander';
import { Problem } from '../../local/problem';
import { CliProblem, EXIT } from '../exit';
import { addHelp } from '../help';
import { onceNumber } from '../options';
import type { Act } from '../program';
import { getAll, list, redriveRecords, whyLeft } from '../quarantine';
import { dealWith, requireIdsOrAll, requireYes, shorten } from './choose';

const ABOUT = `
redrive reads the item from the orders table as it is now and projects that. Where it is good, the record leaves the quarantine.
Where it is not, correct the item first: the next change of it leads to the same.`;
const EXAMPLES = [
  'quarantine ls',
  'quarantine show 12',
  'quarantine redrive --all',
  'quarantine discard 12 13 --yes',
] as const;

const ID = 'number of a record, as quarantine ls shows it';
const GONE = { notFound: 'there is no such stack, or no such record' };

/** Shown without --limit. */
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000_000;

export function addQuarantine(program: Command, act: Act): void {
  const quarantine = program
    .command('quarantine')
    .summary('records that could not be projected: look at them, project them again, give them up')
    .description('Deals with stream records that are not of the pipeline’s shape, or that the database refused.');
  addHelp(quarantine, { about: ABOUT, examples: EXAMPLES });

  const ls = quarantine
    .command('ls')
    .description('Lists the records.')
    .option('--limit <n>', `records, the oldest (default: ${DEFAULT_LIMIT})`, onceNumber(1, MAX_LIMIT));
  addHelp(ls, { examples: ['quarantine ls', 'quarantine ls --limit 1000 --json'] });
  act<{ limit?: number }>(ls, async ({ output, pipeline }, _ids, { limit = DEFAULT_LIMIT }) => {
    const { readModel } = await pipeline();
    const { records, isAll } = await list(readModel, limit);
    output.document(records);
    output.table(
      records.map(({ id, pk, quarantinedAt, error }) => shorten({ id, pk, at: quarantinedAt, error })),
      'The quarantine is empty.',
    );
    if (!isAll) {
      const { quarantined } = await readModel.ask({ operation: 'status' });
      output.note(`${records.length} of ${quarantined}; --limit shows more`);
    }
    return EXIT.done;
  });

  const show = quarantine.command('show').description('Shows a record whole.').argument('<id>', ID);
  addHelp(show, { exits: GONE, examples: ['quarantine show 12'] });
  act(show, async ({ output, pipeline }, [id = '']) => {
    const wanted = readId(id); // before anybody is asked
    const { record } = await (await pipeline()).readModel.ask({ operation: 'quarantine.get', id: wanted });
    if (record === undefined)
      throw new CliProblem(
        EXIT.notFound,
        `There is no record ${id} in quarantine. Those that are: npx order-pipeline quarantine ls`,
      );
    const whole = { ...record, record: JSON.parse(record.record) as unknown };
    output.document(whole);
    output.line(JSON.stringify(whole, undefined, 2));
    return EXIT.done;
  });

  const redrive = quarantine
    .command('redrive')
    .description('Projects the items of records again, as they are now.')
    .argument('[id...]', ID)
    .option('--all', 'all records, instead of ids');
  addHelp(redrive, {
    about: ABOUT,
    exits: { ...GONE, failed: 'failed, or a record is in quarantine still' },
    examples: ['quarantine redrive 12 13', 'quarantine redrive --all'],
  });
  act<{ all?: boolean }>(redrive, async ({ output, pipelineToChange }, ids, { all }) => {
    requireIdsOrAll(ids, all);
    const wanted = [...new Set(ids.map(readId))];
    const { readModel } = await pipelineToChange();
    const chosen = all === true ? (await list(readModel, Infinity)).records : await getAll(readModel, wanted);
    const left = await redriveRecords(readModel, chosen);
    return dealWith(output, 'redriven', chosen, ({ id, pk }) => {
      if (!left.has(id)) return Promise.resolve();
      return Promise.reject(new Problem(whyLeft(pk)));
    });
  });

  const discard = quarantine
    .command('discard')
    .description('Deletes records for good; the orders table is left as it is.')
    .argument('<id...>', ID)
    .option('--yes', 'I mean it: without it, nothing is done');
  addHelp(discard, { exits: GONE, examples: ['quarantine discard 12 13 --yes'] });
  act<{ yes?: boolean }>(discard, async ({ output, pipelineToChange }, ids, { yes }) => {
    requireYes(yes);
    const chosen = [...new Set(ids.map(readId))].map((id) => ({ id }));
    const { readModel } = await pipelineToChange();
    return dealWith(output, 'discarded', chosen, async ({ id }) => {
      const { discarded } = await readModel.ask({ operation: 'quarantine.discard', ids: [id] });
      if (discarded === 0) throw new CliProblem(EXIT.notFound, 'there is no such record');
    });
  });
}

function readId(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new CliProblem(EXIT.usage, `${text} is no id of a record: they are numbers, which quarantine ls shows.`);
  return Number(text);
}
