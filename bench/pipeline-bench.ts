/** The whole pipeline on the local cloud: how long a command takes, and how many orders a second go all the way into the read model. */
import { openInbox } from '../local/replies';
import { untilProjected } from '../local/projection';
import { provideToolchain } from '../local/toolchain';
import { startLocalPipeline, type LocalPipeline } from '../tests/support/local-pipeline';
import { createCommand, makeOrders } from '../tests/support/sales';
import { send } from '../tests/support/send';
import { spreadOf, type Spread } from './statistics';

/** The emulator's speed, not AWS's. */
export interface PipelineResult {
  /** Milliseconds from sending a createOrder to its reply, one after the other. */
  readonly commandMilliseconds: Spread;
  /** Orders a second, from the first that is sent to the last that is projected. */
  readonly ordersPerSecond: Spread;
}

const BUS = 'order-pipeline';
const TIMEOUT = 120_000;

async function commandLatencies({ endpoint }: LocalPipeline, count: number): Promise<number[]> {
  const inbox = await openInbox(endpoint, BUS);
  const times: number[] = [];
  for (const order of makeOrders('latency', count)) {
    const start = performance.now();
    const [id = ''] = await send(endpoint, BUS, [createCommand(order)]);
    const { detail } = await inbox.replyTo(id);
    if (detail['commandStatus'] !== 'orderCreated') throw new Error(`A command was answered ${JSON.stringify(detail)}`);
    times.push(performance.now() - start);
  }
  await inbox.close();
  return times;
}

async function ordersPerSecond({ endpoint, readModel }: LocalPipeline, prefix: string, count: number): Promise<number> {
  const orders = makeOrders(prefix, count);
  const start = performance.now();
  await send(endpoint, BUS, orders.map(createCommand));
  await untilProjected(readModel, orders.map(({ orderId }) => ({ orderid: orderId, version: 1 })), TIMEOUT); // prettier-ignore
  return (count / (performance.now() - start)) * 1000;
}

export async function measurePipeline(
  { commands, flood, repetitions }: { readonly commands: number; readonly flood: number; readonly repetitions: number },
  say: (words: string) => void,
): Promise<PipelineResult> {
  say('pipeline: starting the local cloud');
  await provideToolchain();
  const pipeline = await startLocalPipeline('bench');
  try {
    const latencies = await commandLatencies(pipeline, commands);
    const rates: number[] = [];
    for (let n = 1; n <= repetitions; n += 1) {
      rates.push(await ordersPerSecond(pipeline, `flood${n}`, flood));
      say(`pipeline ${n}/${repetitions}: ${Math.round(rates.at(-1) ?? 0)} orders/s`);
    }
    return { commandMilliseconds: spreadOf(latencies), ordersPerSecond: spreadOf(rates) };
  } finally {
    await pipeline.stop();
  }
}
