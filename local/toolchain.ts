/** The Python toolchain of the local cloud, in `.local/venv`: SAM CLI, AWS CLI, the emulator, cfn-lint; pinned with hashes. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, VENV, tool } from './paths';
import { Problem, messageOf } from './problem';
import { CommandFailed, run } from './run';

const OLDEST_PYTHON = { major: 3, minor: 10 } as const;
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];

const REQUIREMENTS = join(ROOT, 'local', 'requirements.txt');
const UV_REQUIREMENTS = join(ROOT, 'local', 'requirements-uv.txt');
const STAMP = join(VENV, 'stamp');

/**
 * Installs the toolchain unless it is there already; about 20 s the first time, nothing after.
 *
 * @throws Problem naming the remedy where Python is missing or too old, or the packages cannot be had.
 */
export async function provideToolchain(signal?: AbortSignal): Promise<void> {
  const wanted = stamp();
  if (existsSync(tool('python')) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  rmSync(VENV, { recursive: true, force: true }); // of another version, or an installation that was interrupted
  await createVenv(await findPython(signal), signal);
  await installPackages(signal);
  writeFileSync(STAMP, wanted); // last, so that an interrupted installation is known for what it is
}

/** Of the pinned packages and the place: a virtual environment cannot be moved. */
function stamp(): string {
  const hash = createHash('sha256').update(VENV);
  for (const file of [REQUIREMENTS, UV_REQUIREMENTS]) hash.update(readFileSync(file));
  return hash.digest('hex');
}

async function findPython(signal: AbortSignal | undefined): Promise<string> {
  const seen: string[] = [];
  for (const command of CANDIDATES) {
    const version = await run(command, ['-c', 'import sys; print(*sys.version_info[:2])'], { signal }).catch(() => '');
    const [major = 0, minor = 0] = version.split(' ').map(Number);
    if (major === OLDEST_PYTHON.major && minor >= OLDEST_PYTHON.minor) return command;
    if (version !== '') seen.push(`${command} is ${major}.${minor}`);
  }
  throw new Problem(
    `The local cloud needs Python ${OLDEST_PYTHON.major}.${OLDEST_PYTHON.minor} or later, and none was found` +
      `${seen.length > 0 ? ` (${seen.join(', ')})` : ''}. Install it, with its venv module ` +
      '(Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python), and try again.',
  );
}

async function createVenv(python: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await run(python, ['-m', 'venv', VENV], { signal });
  } catch (error) {
    rmSync(VENV, { recursive: true, force: true });
    throw new Problem(
      `${messageOf(error)}\n${python} could not make a virtual environment in .local/venv. ` +
        'If its venv module is missing, install it (Debian and Ubuntu: apt install python3-venv) and try again.',
    );
  }
}

/** uv installs in seconds what takes pip two minutes; pip stands in where uv does not run. */
async function installPackages(signal: AbortSignal | undefined): Promise<void> {
  const pip = (file: string): Promise<string> =>
    run(
      tool('python'),
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', file],
      {
        signal,
      },
    );
  const uv = async (): Promise<void> => {
    await pip(UV_REQUIREMENTS);
    const args = ['pip', 'install', '--quiet', '--require-hashes', '--compile-bytecode', '-r', REQUIREMENTS];
    await run(tool('uv'), args, { signal, env: { ...process.env, VIRTUAL_ENV: VENV } });
  };
  try {
    await uv().catch(async (error: unknown) => {
      if (signal?.aborted === true) throw error;
      await pip(REQUIREMENTS);
    });
  } catch (error) {
    if (!(error instanceof CommandFailed) || signal?.aborted === true) throw error;
    throw new Problem(`${error.message}\nThe Python packages could not be installed. Is the network there? Try again.`);
  }
}
