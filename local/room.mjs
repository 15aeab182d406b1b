// Room on disk: what setting up and running take, and a sentence where it is not there. Node's own modules only: it is asked before npm ci.
import { existsSync, readdirSync, statfsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a database server is there: one on the PATH, or the one that was downloaded, whose folder gets its name when it is whole. */
const hasDatabase = (root) => {
  const paths = (process.env['PATH'] ?? '').split(delimiter);
  if ((process.env['DATABASE_URL'] ?? '') !== '') return true; // one of the user's own
  const isInstalled = ['mariadbd', 'mysqld'].some((command) => paths.some((path) => existsSync(join(path, command))));
  const local = join(root, '.local');
  return isInstalled || (existsSync(local) && readdirSync(local).some((name) => /^mariadb-[0-9.]+[0-9]$/.test(name)));
};

/** What is brought in once: whether it is there, and its megabytes, by `du`, rounded up. */
const BROUGHT_IN = [
  { isThere: (root) => existsSync(join(root, 'node_modules', '.installed')), megabytes: 310 },
  { isThere: (root) => existsSync(join(root, '.local', 'venv', 'stamp')), megabytes: 620 },
  { isThere: hasDatabase, megabytes: 700 }, // the archive, and what is unpacked from it
];

/** What a run takes: the database's files, the build, logs. */
const RUN = 250;

/** Below that, a failure may well be the disk's. */
const FULL = 50;

/** Free megabytes for those who are not root. */
const freeIn = (folder) => {
  const { bavail, bsize } = statfsSync(folder);
  return Math.floor((bavail * bsize) / 2 ** 20);
};

/** @returns what to say where a clone has too little room for what it still needs; undefined where it has enough. */
export function lackOfRoom(root) {
  const needed = BROUGHT_IN.reduce((sum, { isThere, megabytes }) => sum + (isThere(root) ? 0 : megabytes), RUN);
  const free = freeIn(root);
  if (free >= needed) return undefined;
  return `There is too little room on the disk of ${root}: ${needed} MB are needed, and ${free} MB are free. Make room there, or clone onto another disk, and try again.`;
}

/** @returns what to say of a failure where the disk is full by now; undefined where it is not. */
export function fullDisk(root) {
  const free = freeIn(root);
  if (free >= FULL) return undefined;
  return `The disk of ${root} is full (${free} MB are free), which may well be the reason. Make room there, and try again.`;
}
