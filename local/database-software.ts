/** Which database server to run: one that is installed, else the one that is downloaded. */
import { provideDownloadedDatabase } from './database-download';
import { CommandFailed, run } from './run';

/** How to make a data directory and run a server on it, up to the options that depend on the directory. */
export interface DatabaseSoftware {
  /** Such as `MariaDB 11.4.5`. */
  readonly name: string;
  /** Makes the data directory named by a `--datadir` that is added. */
  readonly install: readonly [string, ...string[]];
  readonly serve: readonly [string, ...string[]];
}

/** As root, the servers insist on being told so. */
const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];

/**
 * A `mariadbd` (10.6 or later) or `mysqld` (8 or later) on the PATH, else MariaDB as a download.
 *
 * @throws Problem when there is neither.
 */
export async function provideDatabaseSoftware(signal?: AbortSignal): Promise<DatabaseSoftware> {
  for (const command of ['mariadbd', 'mysqld']) {
    const installed = await findInstalled(command, signal);
    if (installed !== undefined) return installed;
  }
  const folder = await provideDownloadedDatabase(signal);
  return {
    name: 'MariaDB 11.4.5',
    install: [`${folder}/scripts/mariadb-install-db`, '--no-defaults', `--basedir=${folder}`, ...INSTALL_MARIADB],
    serve: [
      `${folder}/bin/mariadbd`,
      '--no-defaults',
      `--basedir=${folder}`,
      `--lc-messages-dir=${folder}/share`,
      ...SERVE_MARIADB,
    ],
  };
}

/** Without the test database there are no anonymous users either, who would be found before ours. */
const INSTALL_MARIADB = ['--auth-root-authentication-method=normal', '--skip-test-db', ...asRoot];

/** MariaDB 11.4 makes a 4096-bit key at each start, which takes up to 15 s; on 127.0.0.1 there is no use for it. */
const SERVE_MARIADB = ['--skip-ssl', ...asRoot];

async function findInstalled(command: string, signal: AbortSignal | undefined): Promise<DatabaseSoftware | undefined> {
  const printed = await run(command, ['--no-defaults', '--version'], { signal }).catch(() => '');
  const version = serverVersion(printed);
  if (version?.kind === 'MySQL') {
    return {
      name: `MySQL ${version.number}`,
      install: [command, '--no-defaults', '--initialize-insecure', ...asRoot],
      serve: [command, '--no-defaults', '--mysqlx=OFF', ...asRoot],
    };
  }
  if (version?.kind !== 'MariaDB' || !(await exists('mariadb-install-db'))) return undefined;
  return {
    name: `MariaDB ${version.number}`,
    install: ['mariadb-install-db', '--no-defaults', ...INSTALL_MARIADB],
    serve: [command, '--no-defaults', ...SERVE_MARIADB],
  };
}

async function exists(command: string): Promise<boolean> {
  try {
    await run(command, ['--help']);
    return true;
  } catch (error) {
    return error instanceof CommandFailed && error.exitCode !== undefined;
  }
}

/**
 * Reads what `mariadbd --version` or `mysqld --version` prints.
 *
 * @returns undefined for what is no such line, or for a version that is too old (before MariaDB 10.6, MySQL 8).
 */
export function serverVersion(printed: string): { kind: 'MariaDB' | 'MySQL'; number: string } | undefined {
  const [, number = '', major = '', minor = ''] = /Ver ((\d+)\.(\d+)\.\d+)/.exec(printed) ?? [];
  if (number === '') return undefined;
  if (!printed.includes('MariaDB')) return Number(major) >= 8 ? { kind: 'MySQL', number } : undefined;
  const recent = Number(major) > 10 || (major === '10' && Number(minor) >= 6);
  return recent ? { kind: 'MariaDB', number } : undefined;
}
