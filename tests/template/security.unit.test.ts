/** docs/security.md against the template: who may do what, and how long things are kept. */
import { describe, expect, test } from '@jest/globals';
import { users, usersOfCopy } from '../../db-init/users';
import { OPERATIONS } from '../../functions/operate-read-model/operate';
import { codeIn, readDoc, tableOf } from '../support/docs';
import { at, list, loadTemplate, propertyOf, resourcesOf, statementsOf, text, type Json } from './load-template';

const template = loadTemplate();
const security = readDoc('docs/security.md');

describe('the table of roles', () => {
  const rows = tableOf(security, 'role', 'who uses it', 'may', 'on');
  const words = '_Functions in a VPC_: ';
  const common = codeIn(security.split('\n').find((line) => line.startsWith(words)) ?? '').filter(
    (code) => code !== '*',
  );
  const actionsIn = (cell: string): string[] => [
    ...codeIn(cell),
    ...(cell.includes('_functions in a VPC_') ? common : []),
  ];
  const role = (cell: string): string => codeIn(cell)[0] ?? '';

  test('has every role', () => {
    const names = resourcesOf(template, 'AWS::IAM::Role').map(([name]) => name);
    expect(rows.map(([name = '']) => role(name)).toSorted()).toEqual(names.toSorted());
  });

  test.each(rows)('%s, of %s, may do just that', (name = '', _who, may = '') => {
    const actions = statementsOf(template)
      .filter(([where]) => where === role(name))
      .flatMap(([, statement]) => list(at(statement, 'Action')))
      .map(text);
    expect(actionsIn(may).toSorted()).toEqual([...new Set(actions)].toSorted());
  });
});

describe("the table of the database's users", () => {
  const rows = tableOf(security, 'user', 'of', 'may', 'on');
  const schema = readDoc('db-init/schema.sql');
  const ledger = 'schema_migrations';
  const tables = [...schema.matchAll(/CREATE TABLE `(\w+)`/g)]
    .map(([, name]) => String(name))
    .filter((t) => t !== ledger);

  /** Tables that a cell names, or all but those that it leaves out. */
  const tablesIn = (cell: string): string[] =>
    cell.startsWith('all tables')
      ? tables.filter(
          (table) =>
            !(cell.includes('the quarantine') && table === 'quarantined_changes') &&
            !codeIn(cell).includes(table) &&
            !(cell.includes('the rebuild') && table.startsWith('rebuild')),
        )
      : codeIn(cell);

  test.each(Object.entries(users))('%s may do just that', (user, grants) => {
    const told = rows
      .filter(([cell = '']) => codeIn(cell)[0] === user)
      .flatMap(([, , may = '', on = '']) =>
        codeIn(may).flatMap((privilege) => tablesIn(on).map((table) => `${privilege} ${table}`)),
      );
    const granted = Object.entries(grants).flatMap(([table, may]) => may.map((privilege) => `${privilege} ${table}`));
    expect(told.toSorted()).toEqual(granted.toSorted());
  });

  test.each(Object.entries(usersOfCopy))('%s may do just that in the copy', (user, privileges) => {
    const told = tableOf(security, 'user', 'may, in the copy').filter(([cell = '']) => codeIn(cell)[0] === user);
    expect(told.map(([, may = '']) => codeIn(may))).toEqual([privileges]);
  });
});

test('what OperateReadModel can be asked is told, each operation by its name', () => {
  const told = codeIn(/the function takes ([^;|]+);/.exec(security)?.[1] ?? '');
  expect(told.toSorted()).toEqual(OPERATIONS.toSorted());
});

describe('the table of personal data', () => {
  const rows = tableOf(security, 'where', 'what of it', 'days', 'set by');
  /** AWS keeps so many days for point-in-time recovery, unless told: docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html */
  const RECOVERY_DAYS = 35;

  /** Days that a parameter or a property comes to. */
  function daysOf(name: string): number {
    const [resource = '', ...path] = name.split('.');
    const parameter = template.Parameters[resource]?.['Default'];
    if (parameter !== undefined) return Number(parameter);
    const value: Json | undefined = propertyOf(template, resource, ...path);
    if (path[0] === 'PointInTimeRecoverySpecification') {
      expect(value).toEqual({ PointInTimeRecoveryEnabled: true });
      return RECOVERY_DAYS;
    }
    return name.endsWith('MessageRetentionPeriod') ? Number(value) / 86_400 : Number(value);
  }

  test.each(rows.filter(([, , days, by = '']) => Number(days) > 1 && codeIn(by).length > 0))(
    '%s, with %s: %s days, by %s',
    (_where, _what, days, by = '') => {
      expect(daysOf(codeIn(by)[0] ?? '')).toBe(Number(days));
    },
  );

  test('has all that keeps messages, records or logs', () => {
    const named = rows.flatMap(([, , , by = '']) => codeIn(by)).map((code) => code.split('.')[0]);
    const keeping = ['AWS::SQS::Queue', 'AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::RDS::DBCluster'];
    for (const [name] of keeping.flatMap((type) => resourcesOf(template, type))) expect(named).toContain(name);
    for (const name of Object.keys(template.Parameters).filter((parameter) => parameter.endsWith('Days')))
      expect(named).toContain(name);
  });

  test('logs of the workflow and of all functions go by LogRetentionDays, payloads by LogPayloads, which is off', () => {
    for (const [name] of resourcesOf(template, 'AWS::Logs::LogGroup'))
      expect(propertyOf(template, name, 'RetentionInDays')).toEqual({ Ref: 'LogRetentionDays' });
    expect(propertyOf(template, 'OrderPipeline', 'Logging', 'IncludeExecutionData')).toEqual({ Ref: 'LogPayloads' });
    expect(template.Parameters['LogPayloads']).toMatchObject({ Default: 'false' });
  });
});

test('what is replayed from the archive finds its answer: answers are kept for longer', () => {
  const days = (name: string) => Number(template.Parameters[name]?.['Default']);
  expect(days('ArchiveDays')).toBeLessThanOrEqual(days('CommandRetentionDays'));
});

test('the alarm topic has no key of KMS, as the docs say with the reason', () => {
  expect(propertyOf(template, 'AlarmTopic', 'KmsMasterKeyId')).toBeUndefined();
  expect(tableOf(security, 'what', 'at rest', 'on the way').find(([what]) => what === 'alarm topic')?.[1]).toContain(
    'no key',
  );
});
