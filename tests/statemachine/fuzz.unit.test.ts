/** Thousands of random commands: the workflow and the schema in TypeScript refuse the same ones, at the same paths. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readCommand } from '../../functions/shared/commands';
import type { Fault } from '../../functions/shared/contract';
import { isObject, type Json } from '../support/asl-definition';
import { anyDetail } from '../support/command-arbitraries';
import { readNumber, readSeed } from '../support/random';
import { createMemoryWorld } from '../support/workflow-memory';
import { command } from './case';

const seed = readSeed();
const runs = readNumber('FUZZ_RUNS', 2_000);

/** Codes and paths of faults, sorted; none for what is well-formed. */
type Verdict = readonly string[];

const verdictOf = (faults: readonly Fault[]): Verdict => faults.map(({ code, path }) => `${code} ${path}`).toSorted();

/** The workflow's verdict on one command, in a world where there is nothing yet. */
async function workflowVerdict(detail: Json): Promise<Verdict> {
  const ended = await createMemoryWorld().run(command('e-1', detail));
  if (ended.status === 'FAILED') return [`parked ${ended.error}: ${ended.cause}`];
  const errors = isObject(ended.output) ? ((ended.output['errors'] ?? []) as unknown as readonly Fault[]) : [];
  return verdictOf(errors.filter(({ code }) => ['invalidCommand', 'unknownCommand'].includes(code)));
}

const schemaVerdict = (detail: Json): Verdict => {
  const read = readCommand(detail);
  return Array.isArray(read) ? verdictOf(read as readonly Fault[]) : [];
};

describe('the workflow and the schema', () => {
  test(
    `agree on ${runs} random commands (SEED=${seed})`,
    async () => {
      let accepted = 0;
      await fc.assert(
        fc.asyncProperty(anyDetail, async (detail) => {
          const verdict = await workflowVerdict(detail);
          const same = verdict.join() === schemaVerdict(detail).join();
          if (!same) expect({ detail, workflow: verdict }).toEqual({ detail, schema: schemaVerdict(detail) });
          if (verdict.length === 0) accepted += 1;
        }),
        { seed, numRuns: runs },
      );
      expect(accepted).toBeGreaterThan(runs / 10);
      expect(accepted).toBeLessThan((runs * 9) / 10);
    },
    20_000 + runs * 50,
  );
});
