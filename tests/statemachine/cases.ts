/** Every path through the workflow. The interpreter runs them all, the local cloud those in which nothing is injected. */
import type { Case } from './case';
import { changeOrderCases } from './cases-change-order';
import { createOrderCases } from './cases-create-order';
import { failureCases } from './cases-failures';
import { forgetCases } from './cases-forget';
import { queryCases } from './cases-queries';
import { registerCases } from './cases-register';
import { validationCases } from './cases-validation';

export const cases: readonly Case[] = [
  ...createOrderCases,
  ...changeOrderCases,
  ...registerCases,
  ...forgetCases,
  ...validationCases,
  ...queryCases,
  ...failureCases,
];
