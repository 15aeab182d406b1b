/** The tool's commands, flags and help. Made by a factory, so that tests run it in their own process. */
import { Command, CommanderError, InvalidArgumentError, type OptionValues } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { ROOT } from '../local/paths';
import { Problem } from '../local/problem';
import { addFailed } from './commands/failed';
import { addQuarantine } from './commands/quarantine';
import { addRebuild } from './commands/rebuild';
import { addReconcile } from './commands/reconcile';
import { addReproject } from './commands/reproject';
import { addReset } from './commands/reset';
import { addRestore } from './commands/restore';
import { addSend } from './commands/send';
import { addSimulate } from './commands/simulate';
import { addStatus } from './commands/status';
import { addTour } from './commands/tour';
import { CliProblem, EXIT, type ExitCode } from './exit';
import { explain } from './explain';
import { addHelp } from './help';
import { once, onceText } from './options';
import { createOutput, ticking, type Output, type Stream } from './output';
import type { Choice, Pipeline, ReadModel } from './pipeline';

/** What the tool needs of the world. */
export interface Dependencies {
  connect(choice: Choice): Promise<Pipeline>;
  /** @param path `-` is the standard input. */
  readFile(path: string): string;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly colours: boolean;
  /** Asks a person; undefined where there is no terminal to do it on. */
  readonly ask?: (question: string) => Promise<string>;
  readonly sleep: (ms: number) => Promise<void>;
  /** Shows a page to the person at the terminal; undefined where there is no browser. */
  readonly openBrowser?: (url: string) => void;
  /** Calls `listener` at each Ctrl-C, which does not end the process meanwhile, until what it returns is called. */
  readonly onInterrupt?: (listener: () => void) => () => void;
}

/** What a command gets to do its work. */
export interface Context {
  readonly output: Output;
  readonly pipeline: () => Promise<Pipeline>;
  /** The same for what changes something there: says on stderr first which pipeline that is. */
  readonly pipelineToChange: () => Promise<Pipeline>;
  readonly readFile: (path: string) => string;
  /** Whether `--stack-name` was given. */
  readonly isStackNamed: boolean;
  /** As of the dependencies. */
  readonly ask: Dependencies['ask'];
  readonly sleep: Dependencies['sleep'];
  readonly onInterrupt: Dependencies['onInterrupt'];
  readonly openBrowser: Dependencies['openBrowser'];
}

/** Adds an action: what it resolves to is the exit code. */
export type Act = <Options extends OptionValues>(command: Command, work: Work<Options>) => void;

type Work<Options> = (context: Context, args: readonly string[], options: Options) => Promise<ExitCode>;

const ABOUT = `
Which pipeline: the one that \`npm start\` runs on this machine, if it runs; with --profile, --region, AWS_PROFILE or without a
running one, the stack in that AWS account.

Each command has a --help of its own, with its flags, exit codes and examples.`;

const { version: VERSION } = v.parse(
  v.object({ version: v.string() }),
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')),
);

/** A reader of the stack's name: it has a default, so that whether it was given before is not seen by what was there before. */
function stackName(): (text: string) => string {
  const read = once((text) => {
    if (text === '') throw new InvalidArgumentError('It is empty.');
    return text;
  });
  let before: string | undefined;
  return (text) => (before = read(text, before));
}

/** @param setExitCode told how the command ended. */
export function createProgram(dependencies: Dependencies, setExitCode: (code: ExitCode) => void): Command {
  const { stdout, stderr } = dependencies;
  const program = new Command('order-pipeline')
    .description('Sends commands and queries to the order pipeline, shows how it is, and deals with what failed.')
    .option('--json', 'print one JSON document instead of text')
    .option('--profile <name>', 'AWS profile', onceText)
    .option('--region <name>', 'AWS region', onceText)
    .option('--stack-name <name>', 'name of the stack', stackName(), 'order-pipeline')
    .version(VERSION, '-V, --version', 'print the version')
    .showHelpAfterError('(add --help for help)')
    .configureHelp({ showGlobalOptions: true });
  addHelp(program, {
    about: ABOUT,
    exits: { notFound: 'not found', refused: true, noReply: true, differs: true, interrupted: true },
    examples: [
      'send events/01-create-order.json --wait',
      'status',
      'failed redrive --all',
      'status --profile shop --region eu-west-1 --stack-name order-pipeline',
    ],
  });

  const act: Act = <Options extends OptionValues>(command: Command, work: Work<Options>) => {
    command.action(async () => {
      const { json = false, ...choice } = command.optsWithGlobals<Choice & { json?: boolean }>();
      const output = createOutput(stdout, stderr, json, dependencies.colours && !json);
      const pipeline = async (): Promise<Pipeline> => {
        const connected = await dependencies.connect(choice);
        return { ...connected, readModel: patient(connected.readModel, output) };
      };
      const context: Context = {
        output,
        pipeline,
        async pipelineToChange() {
          const connected = await pipeline();
          output.note(connected.where);
          return connected;
        },
        readFile: (path) => dependencies.readFile(path),
        isStackNamed: program.getOptionValueSource('stackName') === 'cli',
        ask: dependencies.ask,
        sleep: dependencies.sleep,
        onInterrupt: dependencies.onInterrupt,
        openBrowser: dependencies.openBrowser,
      };
      setExitCode(await work(context, command.args, command.opts<Options>()));
    });
  };
  addSend(program, act);
  addStatus(program, act);
  addFailed(program, act);
  addQuarantine(program, act);
  addReconcile(program, act);
  addReproject(program, act);
  addRebuild(program, act);
  addRestore(program, act);
  addReset(program, act);
  addSimulate(program, act);
  addTour(program, act);
  configureAll(program, stdout, stderr);
  return program;
}

/** A database that is away or resumes lets its functions wait for half a minute: that must not look like a tool that hangs. */
const patient = (readModel: ReadModel, output: Output): ReadModel => {
  const words = (seconds: number): string => `waiting for the read model, ${seconds} s`;
  return {
    ask: (request) => ticking(output, words, () => readModel.ask(request)),
    redrive: (pks) => ticking(output, words, () => readModel.redrive(pks)),
    compare: (keys, onlyMissing) => ticking(output, words, () => readModel.compare(keys, onlyMissing)),
    check: (check, after) => ticking(output, words, () => readModel.check(check, after)),
    mend: (places) => ticking(output, words, () => readModel.mend(places)),
  };
};

/** Every command ends by an exception instead of ending the process, and prints to the given streams. */
function configureAll(command: Command, stdout: Stream, stderr: Stream): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
  });
  for (const child of command.commands) configureAll(child, stdout, stderr);
}

/** @returns the exit code; errors are printed. */
export async function runCli(args: readonly string[], dependencies: Dependencies): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = createProgram(dependencies, (ended) => (code = ended));
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    dependencies.stderr.write(`${error instanceof Problem ? error.message : explain(error)}\n`);
    return error instanceof CliProblem ? error.exitCode : EXIT.failed;
  }
}
