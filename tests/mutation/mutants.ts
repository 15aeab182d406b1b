/** Mistakes that somebody might make, and the tests that must notice. To add one, add an entry: its text must stand in its file just once. */

/** A mistake: in `file`, each text becomes another. */
export interface Mutant {
  readonly name: string;
  /** Path in the project. */
  readonly file: string;
  readonly edits: readonly (readonly [from: string, to: string])[];
  /** Which unit test files must fail: part of their path. */
  readonly tests: string;
}

const BATCH = 'functions/project-orders/project-batch.ts';
const DIFFERENCES = 'functions/project-orders/differences.ts';
const RECORDS = 'functions/project-orders/project-records.ts';
const AHEAD = 'functions/project-orders/ahead.ts';
const ORDERS = 'functions/project-orders/orders.ts';
const UNBOOKED = 'functions/project-orders/unbooked.ts';
const SUBJECTS = 'functions/project-orders/subject-table.ts';
const STATEMENTS = 'functions/project-orders/statements.ts';
const DATABASE = 'functions/shared/database.ts';
const TRANSACTION = 'functions/shared/database-transaction.ts';
const WORKFLOW = 'statemachine/order-pipeline.asl.json';

const schedules = 'unit/project-orders/schedules';
const goingAhead = 'unit/project-orders/ahead';

const projection: readonly Mutant[] = [
  {
    name: 'an older version is applied like a newer one',
    file: BATCH,
    edits: [["if (state.version <= row.version) return 'skip';", '']],
    tests: schedules,
  },
  {
    name: 'what was repaired by hand leaves the quarantine without a look at the table',
    file: BATCH,
    edits: [['change.repairs === true || ', '']],
    tests: 'unit/project-orders/decisions',
  },
  {
    name: 'two lives of an order are taken for one',
    file: BATCH,
    edits: [["row.status === 'deleted' || !isSameLife(state, row)", "row.status === 'deleted'"]],
    tests: schedules,
  },
  {
    name: 'an order whose id was used before is believed by its key',
    file: 'functions/project-orders/state.ts',
    edits: [['{ ...found, createdBy: null }', 'found']],
    tests: 'unit/project-orders/decisions',
  },
  {
    name: 'no transaction is begun',
    file: DATABASE,
    edits: [["inTransaction(session, ['START TRANSACTION'], work)", 'inTransaction(session, [], work)']],
    tests: schedules,
  },
  {
    name: 'no transaction is committed',
    file: TRANSACTION,
    edits: [["await sql.run('COMMIT');", '']],
    tests: schedules,
  },
  {
    name: 'no transaction is rolled back',
    file: TRANSACTION,
    edits: [["if (!endsConnection(error)) await session.sql.run('ROLLBACK').catch(session.destroy);", '']],
    tests: schedules,
  },
  {
    name: 'a lost connection is used again',
    file: DATABASE,
    edits: [['        forget(mine);\n        session.destroy();', '        session.destroy();']],
    tests: schedules,
  },
  {
    name: 'rows are compared without being locked',
    file: SUBJECTS,
    edits: [[' FOR UPDATE)', ')']],
    tests: schedules,
  },
  {
    name: 'rows are locked by whatever plan a server likes',
    file: SUBJECTS,
    edits: [['${BY_KEY} WHERE', 'WHERE']],
    tests: schedules,
  },
  {
    name: 'rows are deleted by whatever plan a server likes',
    file: STATEMENTS,
    edits: [['DELETE /*M! ${table} */ FROM ${table} /*M! ${BY_KEY} */ WHERE', 'DELETE FROM ${table} WHERE']],
    tests: schedules,
  },
  {
    name: 'rows are locked in any order',
    file: SUBJECTS,
    edits: [[' ORDER BY ${key} FOR UPDATE)', ' FOR UPDATE)']],
    tests: schedules,
  },
  {
    name: 'new subjects are upserted',
    file: SUBJECTS,
    edits: [['await table.insert(sql, after(true))', 'await table.upsert(sql, after(true))']],
    tests: schedules,
  },
  {
    name: 'sales are not sorted',
    file: DIFFERENCES,
    edits: [
      ['      .filter(isDifference)\n      .sort((a, b) => compareBytes(a.itemid, b.itemid) || compareBytes(a.orderday, b.orderday));', '      .filter(isDifference);'], // prettier-ignore
    ],
    tests: schedules,
  },
  {
    name: 'a tombstone is forgotten when a late record comes',
    file: BATCH,
    edits: [["row.status === 'deleted' || !isSameLife(state, row)", '!isSameLife(state, row)']],
    tests: schedules,
  },
  {
    name: 'no tombstone for what was never seen',
    file: BATCH,
    edits: [
      ['isNews({ before: before.get(state.id), after: state })),', "isNews({ before: before.get(state.id), after: state }) && (before.has(state.id) || state.status !== 'deleted')),"], // prettier-ignore
    ],
    tests: goingAhead,
  },
  {
    name: 'the table is read before the rows are locked',
    file: BATCH,
    edits: [
      ['  const locked = await kind.lock(', '  const early = await table.read(changes.map(({ pk }) => pk));\n  const locked = await kind.lock('], // prettier-ignore
      ['askTable(kind, table, toAsk, before)', 'askTable(kind, { read: () => Promise.resolve(early) }, toAsk, before)'],
    ],
    tests: schedules,
  },
  {
    name: 'the image is believed where the table should be asked',
    file: BATCH,
    edits: [['change.uncertain || change.repairs === true || change.image', 'change.repairs === true || change.image']],
    tests: schedules,
  },
  {
    name: 'the quarantine is never healed',
    file: BATCH,
    edits: [['locked.anyQuarantined ? (await madeUp()).filter(({ pk }) => pks.has(pk)) : []', '[]']],
    tests: schedules,
  },
  {
    name: 'a batch is not tried again where another writer was in the way',
    file: RECORDS,
    edits: [["return failures.conflicts < CONFLICTS ? 'again' : 'throw';", "return 'apart';"]],
    tests: schedules,
  },
  {
    name: 'what is queued is left out',
    file: TRANSACTION,
    edits: [['[...waiting.splice(0), ...statements]', '[...statements]']],
    tests: schedules,
  },
  {
    name: 'an order read without the schema may name an item twice',
    file: 'functions/project-orders/plain-order.ts',
    edits: [['items.some(({ itemid }, n) => itemid === items[n - 1]?.itemid) ? undefined : items', 'items']],
    tests: 'unit/project-orders/order-image',
  },
  {
    name: 'the table is not read consistently',
    file: 'functions/project-orders/orders-table.ts',
    edits: [['ConsistentRead: true', 'ConsistentRead: false']],
    tests: 'unit/project-orders/surroundings',
  },
];

const ahead: readonly Mutant[] = [
  {
    name: 'who goes ahead does not care what lies in quarantine',
    file: AHEAD,
    edits: [['  await requireNoQuarantine(sql);\n', '']],
    tests: goingAhead,
  },
  {
    name: 'what is there already is taken for written by who goes ahead',
    file: RECORDS,
    edits: [
      ["      if (next === quicker && classifyDatabaseError(error) !== 'unavailable') continue;", "      if (next === quicker && classifyDatabaseError(error) !== 'unavailable') return { result: { projected: [], quarantined: [] } as T, retries };"], // prettier-ignore
    ],
    tests: goingAhead,
  },
  {
    name: 'who met what is there already goes ahead all the same',
    file: AHEAD,
    edits: [['isAllNew ? ahead.newInARow + 1 : 0', 'ahead.newInARow + 1']],
    tests: goingAhead,
  },
  {
    name: 'what changes orders goes ahead too',
    file: AHEAD,
    edits: [[' || !records.every(isInsert)) return undefined;', ') return undefined;']],
    tests: goingAhead,
  },
  {
    name: 'sums are set aside while changes come between',
    file: AHEAD,
    edits: [['ahead.newInARow >= SURE && ', '']],
    tests: goingAhead,
  },
  {
    name: 'a new instance leaves what others set aside',
    file: AHEAD,
    edits: [['  untilBooking: 0,\n', '  untilBooking: 20,\n']],
    tests: goingAhead,
  },
  {
    name: 'who sets nothing aside leaves what others did',
    file: AHEAD,
    edits: [
      ['  ahead.untilBooking -= 1;\n', ''],
      ['ahead.hasSetAside = true;', '{\n    ahead.untilBooking -= 1;\n    ahead.hasSetAside = true;\n  }'],
    ],
    tests: goingAhead,
  },
  {
    name: 'what is booked is remembered before it is committed',
    file: RECORDS,
    edits: [
      ['    if (deps.ahead !== undefined) remember(deps.ahead, result, deps.random);\n', ''],
      [
        '<BatchOutcome> => projectBatch(sql, records, ordersTable);',
        '<BatchOutcome> =>\n    projectBatch(sql, records, ordersTable).then((outcome) => {\n      if (ahead !== undefined) remember(ahead, outcome, deps.random);\n      return outcome;\n    });',
      ],
    ],
    tests: goingAhead,
  },
  {
    name: 'sums that are set aside are booked at once as well',
    file: ORDERS,
    edits: [
      ['  if (!setsAside(dailySales.length)) {\n    await addToSums(sql, dailySales);\n', '  await addToSums(sql, dailySales);\n  if (!setsAside(dailySales.length)) {\n'], // prettier-ignore
    ],
    tests: goingAhead,
  },
  {
    name: 'unbooked sums are not booked',
    file: ORDERS,
    edits: [['return { ...table.found(answer), unbooked };', 'return { ...table.found(answer), unbooked: unbooked.slice(0, 0) };']], // prettier-ignore
    tests: goingAhead,
  },
  {
    name: 'unbooked sums stay when they are booked',
    file: ORDERS,
    edits: [['  await deleteUnbooked(sql, unbooked.map(({ id }) => id)); // prettier-ignore\n', '']],
    tests: goingAhead,
  },
  {
    name: 'unbooked sums are booked without being locked',
    file: UNBOOKED,
    edits: [[' ORDER BY id FOR UPDATE', ' ORDER BY id']],
    tests: schedules,
  },
  {
    name: 'unbooked sums are locked in any order',
    file: UNBOOKED,
    edits: [[' ORDER BY id FOR UPDATE', ' FOR UPDATE']],
    tests: schedules,
  },
];

const months: readonly Mutant[] = [
  {
    name: 'nothing is booked by month',
    file: ORDERS,
    edits: [['  await statements.addToMonthlyItemSales(sql, monthlySales);\n', '']],
    tests: schedules,
  },
  {
    name: 'an item has one month',
    file: DIFFERENCES,
    edits: [[' || ofMonth.month !== month', '']],
    tests: 'unit/project-orders/decisions',
  },
  {
    name: 'a page of months begins where the one before ended',
    file: 'functions/query-monthly-sales-by-item/query.ts',
    edits: [[' : monthOf(position)', ' : monthOf(position) + 1']],
    tests: 'unit/queries',
  },
];

const rebuild: readonly Mutant[] = [
  {
    name: 'the read model is written before its copy',
    file: 'functions/project-orders/copy.ts',
    edits: [['  await copy.project(pks);\n  return live();', '  const done = await live();\n  await copy.project(pks);\n  return done;']], // prettier-ignore
    tests: 'unit/project-orders/copy',
  },
  {
    name: 'that there is no copy is remembered for longer than the state machine waits',
    file: 'functions/project-orders/copy.ts',
    edits: [['notBefore = asked + REMEMBERED_MS', 'notBefore = asked + 4 * REMEMBERED_MS']],
    tests: 'unit/project-orders/copy',
  },
  {
    name: 'tombstones are not carried over',
    file: 'functions/rebuild-read-model/swap.ts',
    edits: [['    await statements.copyTombstones(sql, deps.names);\n', '']],
    tests: 'unit/rebuild-read-model/steps',
  },
  {
    name: 'orders that were other lives before keep their keys',
    file: 'functions/rebuild-read-model/swap.ts',
    edits: [['    await doubtOtherLives(sql, deps.names);\n', '']],
    tests: 'unit/rebuild-read-model/steps',
  },
  {
    name: 'an item of a scan is believed where there is a row',
    file: BATCH,
    edits: [["change.scanned === true ? 'ask' : 'apply'", "'apply'"]],
    tests: 'unit/project-orders/decisions',
  },
];

const workflow: readonly Mutant[] = [
  {
    name: 'a subject is created over one that is there',
    file: WORKFLOW,
    edits: [['"ConditionExpression": "attribute_not_exists(pk)",', '']],
    tests: 'statemachine/(workflow|simultaneous)',
  },
  {
    name: 'an answer is written over one that was given',
    file: WORKFLOW,
    edits: [["'ConditionExpression': 'attribute_not_exists(pk)', ", '']],
    tests: 'statemachine/(workflow|simultaneous)',
  },
  {
    name: 'a change is written over one that came between',
    file: WORKFLOW,
    edits: [
      ['"ConditionExpression": "version = :was",', ''],
      ["[{':was': {'N': $string($found.version)}, ':version'", "[{':version'"],
    ],
    tests: 'statemachine/(workflow|simultaneous)',
  },
];

const reports: readonly Mutant[] = [
  {
    name: 'a report leaves out what is set aside',
    file: 'functions/shared/unbooked-sales.ts',
    edits: [['(unbooked === null ? [] : readUnbooked(unbooked))', '[]']],
    tests: 'unit/queries',
  },
  {
    name: 'what is set aside is told on every page',
    file: 'functions/query-item-sales-report/merge.ts',
    edits: [['    if (itemid > position) add(', '    add(']],
    tests: 'unit/queries',
  },
  {
    name: 'a page ends with a month of which more may be booked',
    file: 'functions/query-monthly-sales-by-item/merge.ts',
    edits: [['\n    .slice(0, limit)', '']],
    tests: 'unit/queries',
  },
];

export const mutants: readonly Mutant[] = [...projection, ...ahead, ...reports, ...months, ...rebuild, ...workflow];
