/** The browser of the browser tests: Chromium as it is on the machine, or on a clean Debian from its own packages. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Problem } from '../../local/problem';
import { run } from '../../local/run';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where macOS has them; on no PATH. */
const APPLICATIONS = ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/** Where Debian's package puts it. */
const DEBIANS = '/usr/bin/chromium';

/**
 * Path of a Chromium: `CHROMIUM_PATH`, the first on the PATH, or one of macOS's applications. As root on a machine of Debian's family that has none, it is installed.
 *
 * @throws Problem where there is none.
 */
export async function provideChromium(env = process.env, print: (line: string) => void = console.log): Promise<string> {
  const found = findChromium(env);
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || !isDebian())
    throw new Problem(
      'The browser tests need Chromium, and there is none on the PATH. Install it (Debian, Ubuntu: sudo apt-get install chromium), ' +
        'or name another one: CHROMIUM_PATH=/path/to/chrome npm test',
    );
  print('Installing Chromium for the browser tests (apt-get install chromium) …');
  const quiet = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  await run('apt-get', ['update', '--quiet'], quiet);
  await run('apt-get', ['install', '--quiet', '--yes', '--no-install-recommends', 'chromium'], quiet);
  return findChromium(env) ?? DEBIANS;
}

/** @throws Problem where `CHROMIUM_PATH` names no program. */
export function findChromium(env: NodeJS.ProcessEnv): string | undefined {
  const named = env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return named;
    throw new Problem(`CHROMIUM_PATH is ${named}, and there is no program there.`);
  }
  const folders = (env['PATH'] ?? '').split(delimiter);
  return [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...APPLICATIONS].find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const isDebian = (): boolean =>
  existsSync('/etc/os-release') && /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'));
