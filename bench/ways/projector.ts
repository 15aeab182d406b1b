/** The projector: what the handler does with a delivery, on one connection. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startCareful } from '../../functions/project-orders/ahead';
import { projectRecords } from '../../functions/project-orders/project-records';
import { connectDatabase, withPassword } from '../../functions/shared/database';
import type { Way } from './way';

/** Nothing in these deliveries makes the projector ask the table; if it did, the run would not be what it says. */
const ordersTable = { read: () => Promise.reject(new Error('The orders table was asked')) };

export const projector: Way = {
  async open(config) {
    const database = connectDatabase({ ...withPassword(config), severalAtOnce: true });
    const dependencies = { database, ordersTable, random: Math.random, sleep, ahead: startCareful() };
    await database.read((sql) => sql.select('SELECT 1'));
    return {
      async write({ records }) {
        const { quarantined } = await projectRecords(records, dependencies);
        if (quarantined.length > 0) throw new Error(`Quarantined: ${quarantined[0]?.error ?? ''}`);
      },
      close: () => database.close(),
    };
  },
};
