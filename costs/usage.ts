/** How much of what is billed a month uses. Orders come evenly, at random, over the hours in which they come at all. */
import { ASSUMED, MONTH_HOURS } from './assumptions';
import { writeUnits } from './sizes';
import type { Footprint, Stack } from './stack';

export interface Load {
  /** New orders in a month. */
  readonly orders: number;
  /** Hours of the month in which they come. */
  readonly hours: number;
}

/** @returns the share of those hours in which something happened within the last `seconds`, with gaps as chance has them. */
export const busyShare = ({ orders, hours }: Load, seconds: number): number =>
  1 - Math.exp((-orders * seconds) / (hours * 3600));

/** Aurora: awake for a while after each order, with as many units as the orders want, and at its minimum otherwise. */
export function capacityHours({ minCapacity, pauseAfterSeconds }: Stack, load: Load): number {
  if (load.orders === 0) return minCapacity * MONTH_HOURS;
  const awake = load.hours * busyShare(load, pauseAfterSeconds);
  const wanted = Math.ceil((2 * load.orders) / (load.hours * 3600) / ASSUMED.ordersPerSecondPerUnit) / 2;
  const capacity = Math.max(minCapacity, ASSUMED.leastCapacity, wanted);
  return awake * capacity + (MONTH_HOURS - awake) * minCapacity;
}

/** Invocations of the projector: each poll of a shard takes what has come since the one before, a batch at most. */
export function invocations({ projector }: Stack, { orders, hours }: Load): number {
  const { shards, windowSeconds, batchSize } = projector;
  const waiting = (orders / (hours * 3600) / shards) * Math.max(windowSeconds, 1 / ASSUMED.pollsPerSecond);
  return orders / Math.min(Math.max(waiting, 1), batchSize);
}

/**
 * GB-hours of EXPRESS executions: time in steps of 100 ms, memory in steps of 64 MB.
 * https://aws.amazon.com/step-functions/pricing/, example 3
 */
export function executionGbHours(footprint: Footprint, executions: number): number {
  const { definitionBytes, payloadBytes, parallelSteps } = footprint;
  const megabytes = 50 + (definitionBytes + payloadBytes * parallelSteps) / 1e6;
  const seconds = Math.ceil(ASSUMED.executionMs / 100) / 10;
  return (executions * seconds * Math.ceil(megabytes / 64) * 64) / 1024 / 3600;
}

/** Bytes that the workflow logs for an order. */
export const workflowLog = ({ workflowLog: { level, payloads } }: Stack, { workflowLogBytes }: Footprint): number =>
  level !== 'ALL' ? 0 : payloads ? workflowLogBytes.withPayloads : workflowLogBytes.without;

/** Bytes that the projector logs in a month. */
export function functionLog({ projector }: Stack, footprint: Footprint, orders: number, calls: number): number {
  const lines = ['DEBUG', 'INFO'].includes(projector.logLevel)
    ? footprint.functionLog
    : { perInvocation: 0, perRecord: 0 };
  return (
    (ASSUMED.platformLogBytes + footprint.metricsLogBytes + lines.perInvocation) * calls + lines.perRecord * orders
  );
}

/** Write units a second that a table must be given for the load. */
export const unitsNeeded = ({ itemBytes }: Footprint, { orders, hours }: Load): number =>
  Math.ceil((orders / (hours * 3600)) * writeUnits(itemBytes));
