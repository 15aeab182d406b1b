/** `npm start` itself, as a program. */
import { expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { LOCAL, ROOT } from '../../local/paths';
import { freePort, isFree } from '../../local/ports';
import { parseDatabaseUrl } from '../../local/read-model';
import { run } from '../../local/run';
import { filesHolding, seenIn } from '../support/seen';
import { until } from '../support/send';

interface Started {
  readonly child: ChildProcess;
  readonly directory: string;
  readonly ports: readonly [number, number, number];
  printed(): string;
  readonly exitCode: Promise<number | null>;
}

async function start(name: string, args: readonly string[], port?: number): Promise<Started> {
  const ports = [port ?? (await freePort()), await freePort(), await freePort()] as const;
  const directory = join(LOCAL, 'test', name);
  const flags = ['--port', String(ports[0]), '--database-port', String(ports[1]), '--console-port', String(ports[2])];
  const child = spawn(process.execPath, ['local/bootstrap.mjs', 'start', ...args, ...flags], {
    cwd: ROOT,
    env: { ...process.env, ORDER_PIPELINE_DIRECTORY: directory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, directory, ports, printed: () => text, exitCode };
}

/** The read model's password, from the one file that must hold it. */
function passwordOf({ directory }: Started): string {
  const url = /READ_MODEL_URL='([^']+)'/.exec(readFileSync(join(directory, 'env'), 'utf8'))?.[1] ?? '';
  return parseDatabaseUrl(url).server.DATABASE_PASSWORD;
}

/** No process of the run is left, nor its ports, nor the file that leads to it. */
async function expectNothingLeft({ directory, ports }: Started): Promise<void> {
  const processes = await run('ps', ['-A', 'eww', '-o', 'stat=,args=']); // each with its environment, which names the folder
  const left = processes.split('\n').filter((line) => line.includes(directory) && !line.startsWith('Z'));
  expect(left).toEqual([]);
  expect(await Promise.all(ports.map(isFree))).toEqual([true, true, true]);
  expect(existsSync(join(directory, 'env'))).toBe(false);
}

test('npm start -- --once sends the samples, prints the replies and the report, and leaves nothing behind', async () => {
  const started = await start('once', ['--once']);
  expect(await started.exitCode).toBe(0);
  const printed = started.printed();
  expect(printed).toContain('Starting empty');
  expect(printed).toMatch(/createOrder {2}6101 {2}orderCreated {2}version 1 {2}\(duplicate\)/);
  expect(printed).toContain('invalidCommand: items[1].quantity');
  expect(printed).toMatch(
    /itemid +totalordered +lastorderdate\n +z3333 +8 +2022-11-14\n +z4444 +3 +2022-10-13\n +z5555 +1/,
  );
  expect(printed).toMatch(/November 2022 +2\n +October 2022 +6/);
  await expectNothingLeft(started);
  rmSync(started.directory, { recursive: true });
}, 120_000);

test('npm start stays up: its env file works in a shell, another start is refused, and Ctrl-C ends it cleanly', async () => {
  const started = await start('stay', []);
  await until('the pipeline', () => started.printed().includes('Ctrl-C stops everything'), 100_000);

  const line = '. "$1" && aws events put-events --entries file://events/01-create-order.json';
  const sent = JSON.parse(await run('sh', ['-c', line, 'sh', join(started.directory, 'env')])) as object;
  expect(sent).toMatchObject({ FailedEntryCount: 0 });
  await until('its reply', () => started.printed().split('(duplicate)').length > 2);

  expect(started.printed()).toContain(`http://127.0.0.1:${started.ports[2]}/`);
  expect(await (await fetch(`http://127.0.0.1:${started.ports[2]}/`)).text()).toContain(
    '<title>Order pipeline</title>',
  );

  const password = passwordOf(started);
  expect(password.length).toBeGreaterThan(8);
  expect(filesHolding(started.directory, password)).toEqual(['env']);

  const second = await start('stay', []);
  expect(await second.exitCode).toBe(1);
  expect(second.printed()).toContain('npm start is already running here');

  await expectTourAndLoad(started.directory);

  started.child.kill('SIGINT');
  expect(await started.exitCode).toBe(0);
  expect(started.printed()).toContain('Nothing runs on');
  expect(seenIn(started.printed(), password)).toEqual([]);
  expect(filesHolding(started.directory, password)).toEqual([]);
  await expectNothingLeft(started);
  rmSync(started.directory, { recursive: true });
}, 240_000);

/** Runs the tool on the pipeline of that folder. */
function tool(directory: string, ...args: string[]) {
  const env = { ...process.env, ORDER_PIPELINE_DIRECTORY: directory };
  const child = spawn(process.execPath, ['cli/order-pipeline.mjs', ...args], { cwd: ROOT, env });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<{ code: number | null; stdout: string }>(
    (resolve) =>
    child.once('close', (code) => { resolve({ code, stdout }); }), // prettier-ignore
  );
  return { child, ended, notes: () => stderr };
}

/** The tour beside the samples; a load with faults; one that is interrupted while it holds the database, which then goes on. */
async function expectTourAndLoad(directory: string): Promise<void> {
  const tour = await tool(directory, 'tour').ended;
  expect(tour.stdout).toContain('20 of 20 figures are as they should be.');
  expect(tour.code).toBe(0);

  const interrupted = tool(directory, 'simulate', '--orders', '500', '--customers', '1', '--items', '1', '--db-pause', '300s', '--json'); // prettier-ignore
  await until('the load to hold the database', () => interrupted.notes().includes('held still'));
  interrupted.child.kill('SIGINT');
  const { code, stdout } = await interrupted.ended;
  expect(interrupted.notes()).toContain('the database goes on');
  expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 130, isInterrupted: true, unexpected: { count: 0 } }); // prettier-ignore

  const faults = ['--dup', '20%', '--reorder', '20%', '--broken', '20%', '--poison', '5%', '--seed', '8'];
  const load = await tool(directory, 'simulate', '--orders', '40', '--customers', '5', '--items', '5', '--rate', '30', '--json', ...faults).ended; // prettier-ignore
  expect(JSON.parse(load.stdout)).toMatchObject({ unexpected: { count: 0 }, unanswered: [], parked: { missing: [] }, quarantined: { missing: [] } }); // prettier-ignore
  expect(load.code).toBe(0);
}

test('a taken port is named before anything starts', async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const started = await start('taken', ['--once'], port);
  expect(await started.exitCode).toBe(1);
  expect(started.printed()).toContain(`Port ${port} is taken`);
  expect(started.printed()).not.toContain('sam deploy');
  server.close();
  rmSync(started.directory, { recursive: true });
});

test('a flag that does not exist is answered with the usage and exit code 2', async () => {
  const started = await start('usage', ['--twice']);
  expect(await started.exitCode).toBe(2);
  expect(started.printed()).toContain('Usage: npm start');
});
