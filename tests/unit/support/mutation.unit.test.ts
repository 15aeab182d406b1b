/** Mutants: a text that is not there just once is an error, and so the template's guards are found wherever they stand. */
import { expect, test } from '@jest/globals';
import { mutated } from '../../mutation/check-mutants';
import { templateMutants } from '../../mutation/template-mutants';

const mutant = { name: 'a mistake', file: 'some.ts', edits: [['a > b', 'true']], tests: 'some' } as const;

test('a mutant changes its text and nothing else', () => {
  expect(mutated(mutant, 'if (a > b) return $&;')).toBe('if (true) return $&;');
});

test.each(['if (b < a)', 'a > b || a > b'])('a text that does not stand just once is refused: %s', (text) => {
  expect(() => mutated(mutant, text)).toThrow('“a mistake”: some.ts holds');
});

test('the template loses one guard at a time, in lists and in globals too, and whole alarms', () => {
  const template = `
Globals:
  Function: { DeadLetterConfig: { Type: SQS, TargetArn: !GetAtt Failed.Arn } }
Resources:
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Targets:
        - Arn: !GetAtt Work.Arn
          DeadLetterConfig: { Arn: !GetAtt Failed.Arn }
  Failed: { Type: AWS::SQS::Queue, Properties: { SqsManagedSseEnabled: true } }
  TooMany: { Type: AWS::CloudWatch::Alarm, Properties: { Threshold: 1 } }
`;
  const found = templateMutants(template);
  expect(found.map(({ name }) => name.replace('template without ', ''))).toEqual([
    'Globals.Function.DeadLetterConfig',
    'Rule.Properties.Targets.0.DeadLetterConfig',
    'Failed.Properties.SqsManagedSseEnabled',
    'TooMany',
  ]);
  for (const { template: text } of found) expect(text).toContain('!GetAtt Work.Arn');
  expect(found.at(-1)?.template).not.toContain('AWS::CloudWatch::Alarm');
  expect(found.at(1)?.template.match(/DeadLetterConfig/g)).toHaveLength(1);
});
