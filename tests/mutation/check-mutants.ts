/** Makes each mistake in a copy of the project, and demands that the tests notice. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../local/paths';
import { mutants, type Mutant } from './mutants';
import { templateMutants } from './template-mutants';
import { Workshop, type Verdict } from './workshop';

/** Mutants that are tried at once. */
const WORKSHOPS = 2;

/** One thing to be tried, and what the tests should say. */
interface Trial {
  readonly name: string;
  readonly expected: Verdict;
  readonly run: (workshop: Workshop) => Promise<Verdict>;
}

/** @throws Error where a text does not stand in the file just once: the file has changed, and the mutant has to follow. */
export function mutated({ name, file, edits }: Mutant, text: string): string {
  return edits.reduce((changed, [from, to]) => {
    const places = changed.split(from).length - 1;
    if (places !== 1) throw new Error(`“${name}”: ${file} holds ${places} times and not once: ${from}`);
    return changed.replace(from, () => to);
  }, text);
}

function trialsOf(): Trial[] {
  const template = readFileSync(join(ROOT, 'template.yaml'), 'utf8');
  const TEMPLATE_TESTS = 'tests/template';
  const unchanged = [...new Set([...mutants.map(({ tests }) => tests), TEMPLATE_TESTS])];
  return [
    ...unchanged.map((tests): Trial => ({ name: `${tests}, nothing changed`, expected: 'passed', run: (workshop) => workshop.run(tests) })), // prettier-ignore
    ...mutants.map((mutant): Trial => {
      const change = (text: string): string => mutated(mutant, text);
      return { name: mutant.name, expected: 'failed', run: (workshop) => workshop.runWith(mutant.file, change, mutant.tests) }; // prettier-ignore
    }),
    ...templateMutants(template).map((mutant): Trial => ({
      name: mutant.name,
      expected: 'failed',
      run: (workshop) => workshop.runWith('template.yaml', () => mutant.template, TEMPLATE_TESTS),
    })),
  ];
}

/** @returns in words what is wrong, or undefined. */
async function attempt(trial: Trial, workshop: Workshop): Promise<string | undefined> {
  try {
    const verdict = await trial.run(workshop);
    if (verdict === trial.expected) return undefined;
    if (verdict === 'passed') return `survived: ${trial.name}`;
    return `tests ${verdict === 'broken' ? 'could not be run' : 'failed'}: ${trial.name}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Tries everything; each trial counts as one check. */
export async function checkMutants(
  say: (words: string) => void,
): Promise<{ passed: number; failed: number; skipped: number }> {
  const all = trialsOf();
  const left = [...all];
  let failed = 0;
  const work = async (workshop: Workshop): Promise<void> => {
    for (let trial = left.shift(); trial !== undefined; trial = left.shift()) {
      const problem = await attempt(trial, workshop);
      if (problem === undefined) continue;
      failed += 1;
      say(problem);
    }
  };
  await Promise.all(Array.from({ length: WORKSHOPS }, (_, n) => work(new Workshop(String(n)))));
  return { passed: all.length - failed, failed, skipped: 0 };
}
