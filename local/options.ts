/** What `npm start` is asked for, by flags and by the environment. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LOCAL } from './paths';
import { Problem, messageOf } from './problem';
import { parseDatabaseUrl } from './read-model';
import { variable } from './variable';

/** Where and how to run. */
export interface StartOptions {
  /** End after the samples instead of staying up. */
  readonly once: boolean;
  readonly help: boolean;
  readonly port: number;
  readonly databasePort: number;
  /** Undefined where no console is wanted. */
  readonly consolePort?: number;
  /** A server of the user's, instead of one of ours. */
  readonly databaseUrl?: string;
  /** Holds the file `env` and the folder `run`; one run at a time. */
  readonly directory: string;
}

export const USAGE = `Usage: npm start -- [--once] [--port N] [--database-port N] [--console-port N | --no-console] [--help]

Brings up the order pipeline on this machine, sends the sample events and prints the replies. Nothing is kept between runs.

  --once             end after the samples (exit 0) instead of staying up until Ctrl-C; without the console
  --port N           port of the local cloud (4566, or $ORDER_PIPELINE_PORT)
  --database-port N  port of the database (3316, or $ORDER_PIPELINE_DATABASE_PORT)
  --console-port N   port of the console, a page for your browser (4580, or $ORDER_PIPELINE_CONSOLE_PORT)
  --no-console       no console

  DATABASE_URL=mysql://user:password@host:port/name  use that server; the database is made, or must be one that npm start made
  ORDER_PIPELINE_DIRECTORY=folder                    keep what belongs to this run there instead of in .local`;

/**
 * @param args what follows `npm start --`.
 * @throws Problem for a flag that does not exist, a value that is no port, or a DATABASE_URL that is none.
 */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): StartOptions {
  const flags = parseFlags(args);
  const portOf = (flag: 'port' | 'database-port' | 'console-port', name: string, otherwise: string): number =>
    flags[flag] === undefined
      ? readPort(`$${name}`, variable(env, name) ?? otherwise)
      : readPort(`--${flag}`, flags[flag]);
  const port = portOf('port', 'ORDER_PIPELINE_PORT', '4566');
  const databasePort = portOf('database-port', 'ORDER_PIPELINE_DATABASE_PORT', '3316');
  const consolePort = portOf('console-port', 'ORDER_PIPELINE_CONSOLE_PORT', '4580');
  const once = flags.once ?? env['npm_config_once'] === 'true'; // npm keeps what stands before its own --
  const hasConsole = !once && flags['no-console'] !== true;
  requireDifferent({
    '--port': port,
    '--database-port': databasePort,
    ...(hasConsole && { '--console-port': consolePort }),
  });
  const databaseUrl = variable(env, 'DATABASE_URL');
  if (databaseUrl !== undefined) parseDatabaseUrl(databaseUrl); // told now, and not when half of it is up
  return {
    once,
    help: flags.help ?? false,
    port,
    databasePort,
    ...(hasConsole && { consolePort }),
    ...(databaseUrl !== undefined && { databaseUrl }),
    directory: resolve(variable(env, 'ORDER_PIPELINE_DIRECTORY') ?? LOCAL),
  };
}

function parseFlags(args: readonly string[]) {
  try {
    const options = {
      once: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      port: { type: 'string' },
      'database-port': { type: 'string' },
      'console-port': { type: 'string' },
      'no-console': { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new Problem(messageOf(error));
  }
}

function readPort(name: string, value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port < 1 || port > 65_535) throw new Problem(`${name} must be a port from 1 to 65535, not "${value}".`);
  return port;
}

function requireDifferent(ports: Readonly<Record<string, number>>): void {
  const named = Object.entries(ports);
  for (const [n, [flag, port]] of named.entries()) {
    const other = named.slice(0, n).find(([, taken]) => taken === port);
    if (other !== undefined) throw new Problem(`${other[0]} and ${flag} are both ${port}; they must differ.`);
  }
}

/** The file that a shell reads to talk to the running pipeline. */
export const envFile = (options: StartOptions): string => join(options.directory, 'env');

/** What one run makes and the next one empties. */
export const runFolder = (options: StartOptions): string => join(options.directory, 'run');
