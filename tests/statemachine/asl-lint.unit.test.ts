/** The workflow holds nothing that AWS refuses; and the lint that says so does find it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { yamlParse } from 'yaml-cfn';
import { readDefinition } from '../support/asl-definition';
import { lintDefinition } from '../support/asl-lint';

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Properties: { readonly DefinitionSubstitutions?: Readonly<Record<string, unknown>> } }>
  >;
}

/** A machine of one Pass and then the states of `more`. */
const machine = (pass: object, more: object = {}, top: object = {}): string =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Begin',
    States: { Begin: { Type: 'Pass', Next: 'End', ...pass }, End: { Type: 'Succeed' }, ...more },
    ...top,
  });

const output = (expression: string): string => machine({ Output: `{% ${expression} %}` });

const task = (more: object): object => ({
  Begin: {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage',
    Arguments: { QueueUrl: 'queue', MessageBody: 'text' },
    TimeoutSeconds: 5,
    Next: 'End',
    ...more,
  },
});

const branch = (assign: object): object => ({
  Type: 'Parallel',
  Assign: { outer: 1 },
  Branches: [{ StartAt: 'Inner', States: { Inner: { Type: 'Pass', Assign: assign, End: true } } }],
});

describe('the definition', () => {
  test.each([
    ['OrderPipeline', 'order-pipeline'],
    ['Rebuild', 'rebuild-read-model'],
  ])('of %s holds nothing that AWS refuses, and every substitution of the template', (resource, file) => {
    const { Resources } = yamlParse(readFileSync('template.yaml', 'utf8')) as Template;
    const names = Object.keys(Resources[resource]?.Properties.DefinitionSubstitutions ?? {});
    expect(lintDefinition(readDefinition(file), names)).toEqual([]);
  });
});

describe('the lint', () => {
  test.each([
    ['a plain machine', machine({})],
    ['functions, parameters and local names', output('($add := function($n) { $n + 1 }; $map([1, 2], $add))')],
    [
      'what AWS adds',
      output("$hash($string($partition($range(1, 4, 1), 2)), 'SHA-256') & $uuid() & $random() & $parse('1')"),
    ],
    ['a task', machine({}, task({}))],
    [
      'a task’s result in its Assign and Output, its error in its Catch',
      machine(
        {},
        task({
          Assign: { id: '{% $states.result.MessageId %}' },
          Output: '{% $states.result %}',
          Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Cause %}', Next: 'End' }],
        }),
      ),
    ],
    ['a branch that reads what is outside', machine({}, { Begin: { ...branch({ inner: 1 }), Next: 'End' } })],
  ])('accepts %s', (_, definition) => {
    expect(lintDefinition(definition, [])).toEqual([]);
  });

  test.each([
    ['an expression that does not parse', output('1 +'), 'does not parse'],
    ['??', output('$states.input.a ?? 1'), 'does not parse'],
    ['?:', output('$states.input.a ?: 1'), 'does not parse'],
    ['$eval', output("$eval('1')"), 'Step Functions has no $eval'],
    ['a value that is not used', output('($count([1]); 2)'), 'the value of an expression before ; is not used'],
    ['a variable that is never assigned', output('$nowhere'), '$nowhere is never assigned'],
    ['a path into no document', output('input.a'), 'a path without $ reads nothing'],
    ['an expression inside a text', machine({ Output: 'text {% 1 %}' }), 'an expression must fill its string'],
    [
      'a name read where it is set',
      machine({ Assign: { a: 1, b: '{% $a %}' } }),
      '$a is read in the Assign that sets it',
    ],
    [
      'a branch that sets an outer name',
      machine({}, { Begin: { ...branch({ outer: 2 }), Next: 'End' } }),
      '$outer: assigned outside',
    ],
    ['a result where there is none', output('$states.result'), '$states.result is read where there is none'],
    [
      'a result among the arguments that lead to it',
      machine({}, task({ Arguments: { QueueUrl: 'queue', MessageBody: '{% $states.result %}' } })),
      '$states.result is read where there is none',
    ],
    [
      'a result in a catcher',
      machine({}, task({ Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.result %}', Next: 'End' }] })),
      '$states.result is read where there is none',
    ],
    [
      'an error outside of a catcher',
      machine({}, task({ Output: '{% $states . `errorOutput` %}' })),
      '$states.errorOutput is read outside of a Catch',
    ],
    ['a JSONPath field', machine({ ResultPath: '$.a' }), 'has no field ResultPath'],
    ['a field of another type of state', machine({ Arguments: {} }), 'has no field Arguments'],
    [
      'an unknown field of a retrier',
      machine({}, task({ Retry: [{ ErrorEquals: ['States.ALL'], Jitter: 1 }] })),
      'has no field Jitter',
    ],
    [
      'an unknown field of a catcher',
      machine({}, task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'End', ResultPath: '$' }] })),
      'has no field ResultPath',
    ],
    ['the output of a Succeed', machine({}, { End: { Type: 'Succeed', Output: 1 } }), 'has no field Output'],
    ['a task without a timeout', machine({}, task({ TimeoutSeconds: undefined })), 'a Task needs TimeoutSeconds'],
    [
      'a choice without a default',
      machine({}, { Begin: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'End' }] } }),
      'a Choice needs a Default',
    ],
    ['a state that nothing leads to', machine({}, { Lost: { Type: 'Succeed' } }), 'Lost: no state leads here'],
    ['a state that is missing', machine({ Next: 'Nowhere' }), 'schema:'],
    [
      'a name of 81 characters',
      machine({ Next: 'x'.repeat(81) }, { ['x'.repeat(81)]: { Type: 'Pass', Next: 'End' } }),
      'at most 80 characters',
    ],
    ['another query language', machine({}, {}, { QueryLanguage: 'JSONPath' }), 'QueryLanguage must be JSONata'],
    ['a substitution that the template does not make', output("'${Unknown}'"), 'the template has no ${Unknown}'],
  ])('refuses %s', (_, definition, fault) => {
    expect(lintDefinition(definition, []).join('\n')).toContain(fault);
  });

  test('refuses a substitution that is made and not used', () => {
    expect(lintDefinition(machine({}), ['Unused'])).toEqual(['${Unused} is not used']);
  });
});
