/** `npm start`: the whole pipeline on this machine, with the sample events sent and answered. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { consoleUrl, startConsole } from './console';
import { beginLifetime, type Lifetime } from './lifetime';
import { lockFolder } from './lock';
import { envFile, readOptions, runFolder, USAGE, type StartOptions } from './options';
import { outliveReaders } from './outlive-readers';
import { ROOT } from './paths';
import { bringUp, type Pipeline } from './pipeline';
import { isFree } from './ports';
import { Problem, messageOf } from './problem';
import { untilProjected, type OrderVersion } from './projection';
import { asksSomething, putEvents } from './put-events';
import { paint, renderReply } from './render';
import { openInbox, type Inbox, type Reply } from './replies';
import { createSteps } from './steps';

const steps = createSteps(process.stdout);
const colours = paint(process.stdout.isTTY && process.env['NO_COLOR'] === undefined);

outliveReaders(process.stdout, process.stderr); // the servers are still to be stopped, and the file env to be removed
void main();

async function main(): Promise<void> {
  let options: StartOptions;
  try {
    options = readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  if (options.help) console.log(USAGE);
  else process.exitCode = await runOnce(options);
}

/** @returns the exit code: 0 at the end that was asked for, 130 when interrupted before all was up, 1 for a failure. */
async function runOnce(options: StartOptions): Promise<number> {
  const lifetime = beginLifetime();
  try {
    lifetime.atEnd(lockFolder(runFolder(options)));
    await requireFreePorts(options);
  } catch (error) {
    await lifetime.end();
    return tell(error);
  }
  const code = await start(options, lifetime).then(
    () => 0,
    (error: unknown) => (lifetime.signal.aborted ? 130 : tell(error)),
  );
  steps.print(code === 130 ? 'Interrupted. Stopping …' : 'Stopping …');
  await lifetime.end();
  steps.print('Stopped. Nothing runs on.');
  return code;
}

function tell(error: unknown): 1 {
  console.error(error instanceof Problem ? error.message : error);
  return 1;
}

async function start(options: StartOptions, lifetime: Lifetime): Promise<void> {
  steps.print('Starting empty: neither the local cloud nor the database keeps anything of an earlier run.');
  const pipeline = await bringUp(options, lifetime, steps);
  const file = envFile(options);
  writeFileSync(file, pipeline.environment, { mode: 0o600 }); // it names the database's password
  lifetime.atEnd(() => {
    rmSync(file, { force: true });
  });
  const page = consolePage(options, file, lifetime); // comes up while the samples are sent

  const inbox = await openInbox(pipeline.endpoint, pipeline.eventBusName, (reply) => {
    steps.print(renderReply(reply, colours));
  });
  lifetime.atEnd(() => inbox.close());
  await Promise.race([sendSamples(pipeline, inbox, lifetime.signal), pipeline.failure]);
  lifetime.signal.throwIfAborted();
  if (options.once) return;
  printNextSteps(relative(process.cwd(), file) || file, await page);
  await Promise.race([lifetime.asked, pipeline.failure]);
}

/** Its address, once it is up, or why it is not: the pipeline works without it. Undefined where none was wanted. */
async function consolePage(options: StartOptions, file: string, lifetime: Lifetime): Promise<string | undefined> {
  const { consolePort: port } = options;
  if (port === undefined) return undefined;
  const { server, ready } = startConsole({ port, envFile: file, log: join(runFolder(options), 'console.log') });
  lifetime.atEnd(() => server.stop());
  return ready.then(() => consoleUrl(port), messageOf);
}

async function requireFreePorts({ port, databasePort, consolePort, databaseUrl }: StartOptions): Promise<void> {
  if (!(await isFree(port))) {
    throw new Problem(
      `Port ${port} is taken, so the local cloud cannot listen there. If that is another npm start, end it with Ctrl-C; ` +
        'else choose another port: npm start -- --port N',
    );
  }
  if (databaseUrl === undefined && !(await isFree(databasePort))) {
    throw new Problem(
      `Port ${databasePort} is taken, so the database cannot listen there. Choose another port: npm start -- --database-port N`,
    );
  }
  if (consolePort !== undefined && !(await isFree(consolePort))) {
    throw new Problem(
      `Port ${consolePort} is taken, so the console cannot listen there. Choose another port: npm start -- --console-port N, ` +
        'or do without: npm start -- --no-console',
    );
  }
}

/** Sends the files of events/ in order, each after the reply to the one before. */
async function sendSamples(pipeline: Pipeline, inbox: Inbox, signal: AbortSignal): Promise<void> {
  const orders: OrderVersion[] = [];
  for (const name of readdirSync(join(ROOT, 'events')).sort()) {
    const file = join(ROOT, 'events', name);
    if (asksSomething(file)) await untilProjected(pipeline.readModel, orders);
    steps.print(`\n$ aws events put-events --entries file://events/${name}`);
    for (const id of await putEvents(pipeline.endpoint, `file://${file}`, signal)) {
      const order = orderOf(await inbox.replyTo(id));
      if (order !== undefined) orders.push(order);
    }
  }
}

function orderOf({ detail }: Reply): OrderVersion | undefined {
  const { commandStatus, orderid, version } = detail;
  const done = commandStatus === 'orderCreated' && typeof orderid === 'string' && typeof version === 'number';
  return done ? { orderid, version } : undefined;
}

/** @param page the console's address, or why it did not come up; undefined where none was wanted. */
function printNextSteps(file: string, page: string | undefined): void {
  const path = file.startsWith('/') || file.startsWith('.') ? file : `./${file}`;
  steps.print(`
The pipeline is up.${page === undefined ? '' : ` Its console, for your browser: ${page}`}

In another terminal, in this folder:

  . ${path} && aws events put-events --entries file://events/01-create-order.json

Replies to what you send appear here; what gets none is in the queue below. With the variables of ${path}:

  npx order-pipeline status                                                   how it is; also send, failed, quarantine
  aws dynamodb scan --table-name "$ORDERS_TABLE"                              the orders
  aws stepfunctions list-executions --state-machine-arn "$STATE_MACHINE_ARN"  the workflow's executions
  aws sqs receive-message --queue-url "$PARKED_EVENTS_URL" --endpoint-url "$AWS_ENDPOINT_URL"
                                                                              what could not be done

Ctrl-C stops everything.
`);
}
