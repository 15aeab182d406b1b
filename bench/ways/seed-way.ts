/** The seed's way: its handler, on a warm pool as mysql2 makes it unless told otherwise. */
import { createPool } from 'mysql2/promise';
import { seedHandler } from './seed-handler';
import type { Way } from './way';

/** As many connections as the pool has then: https://github.com/sidorares/node-mysql2/blob/master/lib/pool_config.js */
const CONNECTIONS = 10;

export const seedWay: Way = {
  async open({
    DATABASE_HOST: host,
    DATABASE_PORT: port,
    DATABASE_USER: user,
    DATABASE_PASSWORD: password,
    DATABASE_NAME: database,
  }) {
    // prettier-ignore
    const pool = createPool({ host, port, user, password, database });
    await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.query('DO SLEEP(0.02)'))); // opens all of them
    return {
      async write({ records }) {
        const { statusCode, body } = await seedHandler(pool, records);
        if (statusCode !== 200) throw new Error(`The seed’s handler failed, which it keeps to itself: ${body}`);
      },
      close: () => pool.end(),
    };
  },
};
