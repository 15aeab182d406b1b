/** The loads that the page shows. */
import { MONTH_HOURS } from './assumptions';
import type { Footprint, Stack } from './stack';
import type { Load } from './usage';

/** A stack together with what an order leaves behind in it. */
export type Counted = readonly [Stack, Footprint];

export const evenly = (orders: number): Load => ({ orders, hours: MONTH_HOURS });

export const IDLE = evenly(0);
export const MILLION = evenly(1e6);

/** Orders a month that the two stacks are compared at. */
export const LOADS: readonly Load[] = [0, 1e4, 1e6, 1e8].map(evenly);
