/** `restore`: puts the content of restored tables back into the stack's own. */
import type { Command } from 'commander';
import { CliProblem, EXIT } from '../exit';
import { addHelp } from '../help';
import { onceText } from '../options';
import type { Copied } from '../pipeline';
import type { Act } from '../program';
import { requireYes } from './choose';

const ABOUT = `
DynamoDB restores into new tables. This makes the stack's tables the same as those: what is there is put, what is not is deleted.
Both must be of one point in time, for the commands table knows which changes the orders table has. Take no commands meanwhile:
docs/operations/restore.md has the whole way, of which this is one step.`;
const EXAMPLES = ['restore --orders-from orders-restored --commands-from commands-restored --yes'] as const;

interface Options {
  readonly ordersFrom: string;
  readonly commandsFrom: string;
  readonly yes?: boolean;
}

export function addRestore(program: Command, act: Act): void {
  const restore = program
    .command('restore')
    .summary('put the content of restored tables back into the stack’s own')
    .description('Makes the orders table and the commands table the same as two that were restored beside them.')
    .requiredOption('--orders-from <table>', 'the restored orders table', onceText)
    .requiredOption('--commands-from <table>', 'the restored commands table', onceText)
    .option('--yes', 'I mean it: without it, nothing is done');
  addHelp(restore, { about: ABOUT, exits: { notFound: 'there is no such stack or table' }, examples: EXAMPLES });
  act<Options>(restore, async ({ output, pipelineToChange }, _args, { ordersFrom, commandsFrom, yes }) => {
    requireYes(yes, 'What the tables hold now is overwritten.');
    const { tables } = await pipelineToChange();
    const copy = async (table: 'orders' | 'commands', from: string): Promise<Copied> => {
      const progress = ({ put, deleted }: Copied): void => {
        output.progress(`${table}: ${put} put, ${deleted} deleted`);
      };
      const copied = await tables.makeEqual(table, from, progress).catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
        throw new CliProblem(EXIT.notFound, `There is no table ${from}, or it is not restored yet. Those that are: aws dynamodb list-tables`); // prettier-ignore
      });
      output.progress('');
      output.line(`${table}: ${copied.put} put, ${copied.deleted} deleted`);
      return copied;
    };
    output.document({ commands: await copy('commands', commandsFrom), orders: await copy('orders', ordersFrom) });
    return EXIT.done;
  });
}
