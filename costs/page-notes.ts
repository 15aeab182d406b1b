/** What the page says about its own limits. */
import { ASSUMED, MONTH_HOURS } from './assumptions';
import { durationLines, total } from './bill';
import { dollars, markdownTable, price } from './markdown';
import { PRICES, type Source } from './prices';
import { SEED } from './seed';
import type { Footprint } from './stack';
import { executionGbHours } from './usage';

const bytes = (value: number): string => `${value.toLocaleString('en-US')} bytes`;

/** The measured and the assumed, side by side for both stacks. */
export const assumptions = (ours: Footprint, seed: Footprint): string =>
  [
    '## What is assumed',
    'An order has three items and ids as long as UUIDs; it is created once and never changed. Measured in memory, with no server:',
    markdownTable(
      ['l', 'r', 'r'],
      [
        ['of an order', 'this stack', 'compared'],
        ['item in DynamoDB', bytes(ours.itemBytes), bytes(seed.itemBytes)],
        ['command as it is archived', bytes(ours.commandBytes), bytes(seed.commandBytes)],
        ['history of the workflow, logged', bytes(ours.workflowLogBytes.without), bytes(seed.workflowLogBytes.without)],
        [
          'the same with payloads',
          bytes(ours.workflowLogBytes.withPayloads),
          bytes(seed.workflowLogBytes.withPayloads),
        ],
        ["a batch's lines in the log", bytes(ours.functionLog.perInvocation), bytes(seed.functionLog.perInvocation)],
        ['its metrics', bytes(ours.metricsLogBytes), bytes(seed.metricsLogBytes)],
        ["a record's share of the lines", bytes(ours.functionLog.perRecord), bytes(seed.functionLog.perRecord)],
      ],
    ),
    'The history has the events that AWS logs for these states, in the fields that its documentation names; a payload that AWS adds, such as the headers of an answer, is not in it. The other stack logs payloads, this one does not at first.',
    'Assumed, for both alike but where it says otherwise, and to be corrected by the first bill:',
    [
      `- An execution takes ${ASSUMED.executionMs} ms; billed in steps of 100 ms and 64 MB. At twice that, a million orders cost ${dollars(total(durationLines(executionGbHours(ours, 1e6))))} more.`,
      `- Orders come evenly, at random. The stream has ${ASSUMED.shards} shards (the other 1), each asked ${ASSUMED.pollsPerSecond} times a second: so far apart, nearly every order is an invocation of its own, whatever the batch may hold.`,
      `- An invocation of the projector takes ${ours.projectorMs.perInvocation} ms and ${ours.projectorMs.perRecord} a record: two round trips of 2.65 ms, for a new order and for whether a rebuild is under way, and what it computes; with the first alone, 287 a second were measured. The other's takes ${seed.projectorMs.perInvocation}: 166 a second. Both on a machine of two whole processors, of which a function has a part. Starts from cold are not counted. Lambda's own lines in the log are ${ASSUMED.platformLogBytes} bytes an invocation.`,
      `- Aurora pauses after ${ASSUMED.pauseAfterSeconds / 60} minutes, has ${ASSUMED.leastCapacity} units while it is awake, and one unit takes ${ASSUMED.ordersPerSecondPerUnit} orders a second. Its volume is ${ASSUMED.leastStorageGb} GB at least; an order takes ${bytes(ASSUMED.readModelBytes)} of it and ${ASSUMED.ioPerOrder} reads and writes, the least certain number here: one more is ${dollars(1e6 * PRICES['Aurora I/O'].usd)} for a million orders.`,
      '- What is stored is counted for a whole month, and logs as they came in, though CloudWatch packs them: bounds, not estimates. Orders stay: each further month stores as much again.',
      `- The other table is given as many write units as the orders want. Its template has ${SEED.provisioned?.write ?? 0}, and a write takes one: its own end is at ${(((SEED.provisioned?.write ?? 0) * MONTH_HOURS * 3600) / 1e6).toFixed(0)} million orders a month.`,
    ].join('\n'),
  ].join('\n\n');

export const leftOut = (): string =>
  [
    '## What is left out',
    [
      '- Queries: an execution, an invocation and two events each, so about what an order costs without its storage.',
      '- Backups of Aurora within its own size, reads of the stream by Lambda, gateway endpoints, IAM, rules, keys that AWS owns: no charge is known.',
      "- Queues and the bucket: nothing comes there while all is well. Mails of alarms. Data that passes a NAT gateway: the other's functions fetch a secret when they start, and little else. Its traces by X-Ray, which it has and this stack has not.",
      `- The metrics of the stream (\`MetricsConfig\`), which an alarm needs: no source was found that says whether they cost. As custom metrics they would be ${dollars(PRICES['custom metric'].usd)} each.`,
      "- Extended support of the other's database version, which is older.",
    ].join('\n'),
  ].join('\n\n');

/** Every price with its source; the sources' addresses below, since most are of several prices. */
export function prices(): string {
  const sources = new Map<string, Source>(Object.values(PRICES).map(({ source }) => [source.name, source]));
  return [
    '## Prices',
    "AWS's own price pages are the authority; look there before you decide anything. Read on 2026-11-24 in stored copies, the newest that could be found; each has its own date. A file of infracost's tests is what AWS's price list gave at that date.",
    markdownTable(
      ['l', 'l', 'r', 'l', 'l'],
      [
        ['what', 'of', 'price', 'source', 'as of'],
        ...Object.entries(PRICES).map(([what, { unit, usd, source }]) => [
          what,
          unit,
          price(usd),
          source.name,
          source.date,
        ]),
      ],
    ),
    [...sources.values()].map(({ name, url }) => `- [${name}](${url})`).join('\n'),
  ].join('\n\n');
}
