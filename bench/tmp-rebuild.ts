import { startBenchDatabase } from './bench-database';
import { startDelayingProxy } from './delaying-proxy';
import { startProcesses } from './processes';
import { measureRebuild } from './rebuild-bench';
import type { Done, Task } from './writer-process';
async function main() {
  const database = await startBenchDatabase();
  const proxy = await startDelayingProxy(database.config.DATABASE_PORT, 2.5);
  const writers = startProcesses<Task, Done>('writer-process.ts');
  try {
    console.log(await measureRebuild(Number(process.argv[2] ?? 100000), Number(process.argv[3] ?? 2), { database, proxy, writers, milliseconds: 600, orders: 3000 }, (w) => console.log(w)));
  } finally { writers.close(); await proxy.close(); await database.stop(); }
}
main().catch((e) => { console.error(e); process.exitCode = 1; });
