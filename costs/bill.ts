/** A month's bill of a stack: what it uses times what that costs, line by line. */
import { ASSUMED, MONTH_HOURS } from './assumptions';
import { PRICES, type PriceName } from './prices';
import { writeUnits } from './sizes';
import type { Footprint, Stack } from './stack';
import {
  busyShare,
  capacityHours,
  executionGbHours,
  functionLog,
  invocations,
  unitsNeeded,
  workflowLog,
  type Load,
} from './usage';

export interface Line {
  readonly service: string;
  readonly what: PriceName;
  readonly quantity: number;
  readonly usd: number;
}

const line = (service: string, what: PriceName, quantity: number): Line => ({
  service,
  what,
  quantity,
  usd: quantity * PRICES[what].usd,
});

export const total = (lines: readonly Line[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);

/** Lines of a month, those of nothing left out. What orders leave behind is counted for the whole month. */
export function billOf(stack: Stack, footprint: Footprint, load: Load): Line[] {
  return [
    ...events(stack, footprint, load),
    ...workflow(footprint, load),
    ...table(stack, footprint, load),
    ...projector(stack, footprint, load),
    ...logs(stack, footprint, load),
    ...watching(stack, footprint, load),
    ...database(stack, load),
    ...network(stack),
  ].filter(({ quantity }) => quantity > 0);
}

const GB = 1e9;

function events({ archiveDays }: Stack, { commandBytes }: Footprint, { orders }: Load): Line[] {
  const archived = archiveDays === 0 ? 0 : (orders * commandBytes) / GB;
  return [
    line('EventBridge', 'EventBridge event', 2 * orders), // the command and its reply
    line('EventBridge', 'EventBridge archiving', archived),
    line('EventBridge', 'EventBridge archive', (archived * archiveDays * 24) / MONTH_HOURS),
  ];
}

/** EXPRESS: hours get cheaper with their number. */
export function durationLines(gbHours: number): Line[] {
  const tiers = [
    ['EXPRESS duration, first 1,000', 0, 1000],
    ['EXPRESS duration, next 4,000', 1000, 5000],
    ['EXPRESS duration, beyond', 5000, Infinity],
  ] as const;
  return tiers.map(([what, from, to]) => line('Step Functions', what, Math.max(0, Math.min(gbHours, to) - from)));
}

const workflow = (footprint: Footprint, { orders }: Load): Line[] => [
  line('Step Functions', 'EXPRESS request', orders),
  ...durationLines(executionGbHours(footprint, orders)),
];

/** DynamoDB adds 100 bytes to each stored item; Lambda's reads of the stream are free. */
function table(stack: Stack, footprint: Footprint, load: Load): Line[] {
  const stored = (load.orders * (footprint.itemBytes + 100)) / GB;
  const { provisioned } = stack;
  const units = Math.max(provisioned?.write ?? 0, unitsNeeded(footprint, load));
  const writes =
    provisioned === undefined
      ? [line('DynamoDB', 'DynamoDB write, on demand', load.orders * writeUnits(footprint.itemBytes))]
      : [
          line('DynamoDB', 'DynamoDB write, provisioned', units * MONTH_HOURS),
          line('DynamoDB', 'DynamoDB read, provisioned', provisioned.read * MONTH_HOURS),
        ];
  return [
    ...writes,
    line('DynamoDB', 'DynamoDB storage', stored),
    line('DynamoDB', 'DynamoDB point-in-time recovery', stack.pointInTimeRecovery ? stored : 0),
  ];
}

function projector(stack: Stack, { projectorMs }: Footprint, load: Load): Line[] {
  const calls = invocations(stack, load);
  const seconds = (calls * projectorMs.perInvocation + load.orders * projectorMs.perRecord) / 1000;
  const { architecture, memoryMb } = stack.projector;
  return [
    line('Lambda', 'Lambda request', calls),
    line('Lambda', `Lambda ${architecture}`, (seconds * memoryMb) / 1024),
  ];
}

/** What is kept is counted as it came in, though CloudWatch packs it: a bound, not an estimate. */
function logs(stack: Stack, footprint: Footprint, load: Load): Line[] {
  const ofWorkflow = (workflowLog(stack, footprint) * load.orders) / GB;
  const ofFunctions = functionLog(stack, footprint, load.orders, invocations(stack, load)) / GB;
  const months = stack.logDays === undefined ? 1 : (stack.logDays * 24) / MONTH_HOURS;
  return [
    line('Logs of the workflow', 'logs taken in', ofWorkflow),
    line('Logs of the workflow', 'logs kept', ofWorkflow * months),
    line('Logs of the functions', 'logs taken in', ofFunctions),
    line('Logs of the functions', 'logs kept', ofFunctions * months),
  ];
}

/** A metric of one's own is billed for the hours in which it is written. */
const watching = ({ alarms, dashboards }: Stack, { customMetrics }: Footprint, load: Load): Line[] => [
  line('CloudWatch', 'custom metric', (customMetrics * load.hours * busyShare(load, 3600)) / MONTH_HOURS),
  line('CloudWatch', 'alarm', alarms),
  line('CloudWatch', 'dashboard', dashboards),
];

const database = (stack: Stack, load: Load): Line[] => [
  line('Aurora', 'Aurora capacity', capacityHours(stack, load)),
  line('Aurora', 'Aurora storage', Math.max(ASSUMED.leastStorageGb, (load.orders * ASSUMED.readModelBytes) / GB)),
  line('Aurora', 'Aurora I/O', load.orders * ASSUMED.ioPerOrder),
  line('Secrets Manager', 'secret', stack.secrets),
];

const network = ({ natGateways, publicAddresses }: Stack): Line[] => [
  line('Network', 'NAT gateway', natGateways * MONTH_HOURS),
  line('Network', 'public IPv4 address', publicAddresses * MONTH_HOURS),
];

/** What orders add to an idle month, the hours of the database aside: those depend on when the orders come. */
export function addedBy(stack: Stack, footprint: Footprint, load: Load): Line[] {
  const idle = billOf(stack, footprint, { ...load, orders: 0 });
  const idleOf = (wanted: Line): number =>
    idle.find(({ service, what }) => service === wanted.service && what === wanted.what)?.quantity ?? 0;
  return billOf(stack, footprint, load)
    .filter(({ what }) => what !== 'Aurora capacity')
    .map((added) => line(added.service, added.what, added.quantity - idleOf(added)))
    .filter(({ quantity }) => quantity > 0);
}
