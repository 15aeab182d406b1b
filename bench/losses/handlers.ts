/** The two functions on the stream, as they are when they have started: what each does with a delivery, and what it answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createPool } from 'mysql2/promise';
import { startCareful } from '../../functions/project-orders/ahead';
import { PATIENCE } from '../../functions/project-orders/patience';
import { projectRecords } from '../../functions/project-orders/project-records';
import { connectDatabase, withPassword, type PasswordConfig } from '../../functions/shared/database';
import { seedHandler } from '../ways/seed-handler';

/** Ours, and the seed's. */
export const SIDES = ['projector', 'seed'] as const;

export type Side = (typeof SIDES)[number];

/** @returns how many errors it has kept to itself. @throws what it throws: such a delivery has failed. */
type Handler = (records: readonly unknown[]) => Promise<number>;

/** No record here makes the projector ask the table: nothing is deleted, and nothing in quarantine is made up for. */
const ordersTable = { read: () => Promise.reject(new Error('The orders table was asked')) };

function projector(config: PasswordConfig): Handler {
  const database = connectDatabase({ ...withPassword(config), severalAtOnce: true }, PATIENCE);
  const dependencies = { database, ordersTable, random: Math.random, sleep, ahead: startCareful() };
  return async (records) => {
    await projectRecords(records, dependencies);
    return 0;
  };
}

function seed({
  DATABASE_HOST: host,
  DATABASE_PORT: port,
  DATABASE_USER: user,
  DATABASE_PASSWORD: password,
  DATABASE_NAME: database,
}: PasswordConfig): Handler {
  // prettier-ignore
  const pool = createPool({ host, port, user, password, database });
  return async (records) => {
    const { statusCode } = await seedHandler(pool, records);
    return statusCode === 200 ? 0 : 1;
  };
}

const STARTS: Readonly<Record<Side, (config: PasswordConfig) => Handler>> = { projector, seed };

/** What its process is asked, first to start, and then to do a delivery; each is answered. */
export type Request =
  { readonly start: Side; readonly config: PasswordConfig } | { readonly records: readonly unknown[] };

export type Answer = { readonly keptToItself: number } | { readonly error: string };

let handler: Handler | undefined;

async function answer(request: Request): Promise<Answer> {
  try {
    if ('start' in request) {
      handler = STARTS[request.start](request.config);
      return { keptToItself: 0 };
    }
    if (handler === undefined) throw new Error('It has not been started');
    return { keptToItself: await handler(request.records) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

if (process.send !== undefined && process.argv[1] === __filename) {
  process.on('message', (request: Request) => {
    void answer(request).then((words) => process.send?.(words));
  });
  process.once('disconnect', () => process.exit());
}
