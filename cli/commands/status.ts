/** `status`: how the pipeline is, in one look. */
import type { Command } from 'commander';
import { messageOf } from '../../local/problem';
import { EXIT, type ExitCode } from '../exit';
import { addHelp } from '../help';
import type { Pipeline } from '../pipeline';
import type { Act, Context } from '../program';

const ABOUT = `
"behind" counts the changes of orders that are in the table and not yet in the read model. To know it, every order of the table
is read: always on the local cloud, on AWS with --exact alone (a scan is paid by the size of the table).

A part that cannot be asked is shown with its reason, and the exit code is 1.`;
const EXAMPLES = ['status', 'status --json | jq .parked', 'status --exact --profile shop'] as const;

/** More objects than this are shown as `1000 or more`. */
const MAX_OBJECTS = 1_000;

export function addStatus(program: Command, act: Act): void {
  const command = program
    .command('status')
    .summary('orders, executions, projection lag, and everything that failed')
    .description('Shows how the pipeline is.')
    .option('--exact', 'read the whole orders table, to tell how many changes the read model is behind');
  addHelp(command, { about: ABOUT, exits: { failed: 'a part cannot be asked' }, examples: EXAMPLES });
  act(command, showStatus);
}

/** A part of the status that could not be had. */
class Unknown {
  constructor(readonly error: string) {}
}

type Known<T> = T | Unknown;

async function ask<T>(question: Promise<T>): Promise<Known<T>> {
  try {
    return await question;
  } catch (error) {
    return new Unknown(messageOf(error));
  }
}

async function showStatus({ output, ...context }: Context, _args: unknown, options: { exact?: boolean }) {
  const pipeline = await context.pipeline();
  const status = await readStatus(pipeline, options.exact ?? pipeline.isLocal);
  output.document({ pipeline: pipeline.where, ...status });
  output.line(pipeline.where);
  output.table(rowsOf(status), '');
  return Object.values(status).some((part) => part instanceof Unknown) ? EXIT.failed : (EXIT.done as ExitCode);
}

async function readStatus({ readModel, monitor, ...pipeline }: Pipeline, exact: boolean) {
  // the table first: what is projected meanwhile must not look as if the read model were ahead
  const table = exact ? await ask(monitor.countTable()) : undefined;
  const [model, executions, lag, parked, undelivered, objects] = await Promise.all([
    ask(readModel.ask({ operation: 'status' })),
    ask(monitor.executions()),
    ask(monitor.lag()),
    ask(pipeline.parked.depth()),
    ask(pipeline.undelivered.depth()),
    ask(pipeline.unprojected.list(MAX_OBJECTS)),
  ]);
  return {
    orders: model instanceof Unknown ? model : { active: model.active, cancelled: model.cancelled },
    ...(table !== undefined && { behind: behindOf(table, model) }),
    ...(lag !== undefined && { lagMilliseconds: lag }),
    executions,
    parked,
    undelivered,
    unprojected: objects instanceof Unknown ? objects : objects.length,
    quarantined: model instanceof Unknown ? model : model.quarantined,
  };
}

function behindOf(table: Known<{ changes: number }>, model: Known<{ changes: number }>): Known<number> {
  if (table instanceof Unknown) return table;
  return model instanceof Unknown ? model : Math.max(0, table.changes - model.changes);
}

function rowsOf(status: Awaited<ReturnType<typeof readStatus>>): Record<string, string>[] {
  return Object.entries(status).map(([part, value]) => ({
    part,
    state: value instanceof Unknown ? `? ${value.error}` : words(value),
  }));
}

const words = (value: number | object): string =>
  typeof value === 'number'
    ? String(value)
    : Object.entries(value)
        .map(([name, part]) => (typeof part === 'number' ? `${part} ${name}` : `(${String(part)})`))
        .join(' ');
