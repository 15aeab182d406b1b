/** Every path through the workflow. The interpreter runs them all, the local cloud all but those with an interrupt. */
import type { Case } from './case';
import { createOrderCases } from './cases-create-order';
import { failureCases } from './cases-failures';
import { queryCases } from './cases-queries';
import { validationCases } from './cases-validation';

export const cases: readonly Case[] = [...createOrderCases, ...validationCases, ...queryCases, ...failureCases];
