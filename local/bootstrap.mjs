// What `npm start` and `npm test` run: on a fresh clone it brings in the Node packages, then hands over. Node's own modules only.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fullDisk, lackOfRoom } from './room.mjs';

const OLDEST_NODE = 20;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const SCRIPTS = {
  start: 'local/start.ts',
  test: 'tests/run.ts',
  build: 'local/build-command.ts',
  bench: 'bench/main.ts',
  screenshots: 'tests/screenshots.ts',
};

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.installed');

/** Ends with a sentence for the person at the terminal. */
const giveUp = (sentence, code = 1) => {
  console.error(sentence);
  process.exit(code);
};

/** npm that is killed takes nobody with it: its child notices, so that no server is left without an owner. */
const whenOrphaned = (end) => {
  const parent = process.ppid;
  const check = () => {
    if (process.env['npm_lifecycle_event'] !== undefined && process.ppid !== parent) end();
  };
  return setInterval(check, 500);
};

/**
 * Runs a command in the repository; resolves to its exit code, and whether a signal asked us to end: that is passed on, as it came or as
 * `signalOf` says.
 */
const run = (command, args, stdio, signalOf = (signal) => signal) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += data));
    let isInterrupted = false;
    const pass = (signal) => {
      isInterrupted = true;
      child.kill(signalOf(signal));
    };
    for (const signal of SIGNALS) process.on(signal, pass);
    const watch = whenOrphaned(() => pass('SIGTERM'));
    child.once('error', reject);
    child.once('close', (code) => {
      for (const signal of SIGNALS) process.removeListener(signal, pass);
      clearInterval(watch);
      resolve({ code: code ?? 1, output, isInterrupted });
    });
  });

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

/** Of the lock file that node_modules was made from; written last, so that an interrupted installation is done again. */
const installed = () => (existsSync(stampFile) ? readFileSync(stampFile, 'utf8') === lockHash() : installedByNpm());

/** Whether somebody ran `npm ci` since the lock file was written; npm writes its own record last, too. */
const installedByNpm = () => {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record) || statSync(record).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs) return false;
  writeFileSync(stampFile, lockHash());
  return true;
};

const installPackages = async () => {
  console.log('Installing the Node packages (npm ci) …');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm that is asked to end first installs all the rest; what it leaves when it is killed, the next npm ci removes
  const { code, output, isInterrupted } = await run('npm', args, ['ignore', 'pipe', 'pipe'], () => 'SIGKILL');
  if (isInterrupted) giveUp('Interrupted. The Node packages are not installed; the next start begins with them.', 130);
  if (code !== 0)
    giveUp(
      `${output}\nThe Node packages could not be installed. ${fullDisk(root) ?? 'Is the network there? Try again.'}`,
    );
  writeFileSync(stampFile, lockHash());
};

const [name, ...args] = process.argv.slice(2);
if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  giveUp(
    `This needs Node.js ${OLDEST_NODE} or later, and this is ${process.versions.node}. Install a newer one and try again.`,
  );
}
if (process.platform === 'win32') {
  giveUp('The local cloud runs on Linux and macOS. On Windows, run this inside WSL (wsl --install).');
}
if (!(name in SCRIPTS)) giveUp(`Usage: node local/bootstrap.mjs ${Object.keys(SCRIPTS).join('|')} [arguments]`);
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'; // said by the AWS SDK on Node 20, at every start
const tooLittle = lackOfRoom(root);
if (tooLittle !== undefined) giveUp(tooLittle);
if (!installed()) await installPackages();
const { code } = await run(process.execPath, ['--import', 'tsx', SCRIPTS[name], ...args], 'inherit');
const full = code === 0 ? undefined : fullDisk(root);
if (full !== undefined) console.error(full);
process.exitCode = code;
