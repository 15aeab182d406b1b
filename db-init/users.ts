/**
 * The functions' users in the stack's own database, who sign in by IAM, and the little that each may do. What a function asks for
 * beyond it is refused by the database (1142). tests/integration/db-init/users.int.test.ts runs every statement of each function as its user.
 */
import type { Sql } from '../functions/shared/database';
import { copyName } from '../functions/shared/rebuild';

type Privilege = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE' | 'CREATE' | 'DROP' | 'ALTER';

/** Privileges by table. */
type Grants = Readonly<Record<string, readonly Privilege[]>>;

const allOn = (tables: readonly string[], privileges: readonly Privilege[]): Grants =>
  Object.fromEntries(tables.map((table) => [table, privileges]));

/** What queries read. */
const ANSWERS = ['orders', 'order_items', 'item_sales', 'daily_item_sales', 'monthly_item_sales', 'unbooked_sales', 'held_orders', 'customers', 'items', 'item_tags', 'counts']; // prettier-ignore

/** What a rebuild swaps, and what that takes: https://dev.mysql.com/doc/refman/8.0/en/rename-table.html */
const SWAPPED = [...ANSWERS, 'complete_summaries', 'quarantined_changes', 'rebuild', 'rebuild_segments'];
const SWAP: readonly Privilege[] = ['SELECT', 'INSERT', 'CREATE', 'DROP', 'ALTER'];

/** Each user with what it may do. None of them sees the ledger, and none but the rebuild's may make or drop a table. */
export const users: Readonly<Record<string, Grants>> = {
  order_projector: {
    ...allOn([...ANSWERS, 'quarantined_changes'], ['SELECT', 'INSERT', 'UPDATE', 'DELETE']),
    ...allOn(['complete_summaries', 'rebuild'], ['SELECT']),
  },
  order_reader: allOn([...ANSWERS, 'complete_summaries'], ['SELECT']),
  order_operator: {
    ...allOn(['orders', 'customers', 'items'], ['SELECT']),
    quarantined_changes: ['SELECT', 'DELETE'],
  },
  order_rebuilder: {
    ...allOn(SWAPPED, SWAP),
    rebuild: [...SWAP, 'UPDATE'],
    schema_lock: ['SELECT', 'UPDATE'], // to lock its row
  },
};

/** What users may do in the whole database of a rebuild's copy, which is made and dropped. */
export const usersOfCopy: Readonly<Record<string, readonly Privilege[]>> = {
  order_projector: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
  order_rebuilder: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'ALTER'],
};

/**
 * What the release before this one granted, and this one does not. db-init runs before the functions are replaced, so those of the
 * former release still need it; the next release takes it out here, and that revokes it. docs/operations/upgrade.md has the rule.
 */
export const formerly: Readonly<Record<string, Grants>> = {};

/** Tables that this release knows. Of others, which a newer one made, nothing is revoked: its functions may still run. */
export const knownTables: readonly string[] = [...SWAPPED, 'schema_migrations', 'schema_lock'];

const account = (user: string): string => `'${user}'@'%'`;

/**
 * AWS's way to a user who signs in by IAM, over TLS alone
 * (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html), then its grants.
 */
function statementsOf([user, grants]: [string, Grants]): string[] {
  return [
    `CREATE USER IF NOT EXISTS ${account(user)} IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'`,
    `ALTER USER ${account(user)} REQUIRE SSL`,
    ...Object.entries(grants).map(
      ([table, privileges]) => `GRANT ${privileges.join(', ')} ON ${table} TO ${account(user)}`,
    ),
  ];
}

/** Makes the users and grants what they need; done again, nothing changes. */
export const userStatements: readonly string[] = Object.entries(users).flatMap(statementsOf);

/** Grants as lines, for the hash that makes an upgrade run db-init. */
export const linesOf = (grants: Readonly<Record<string, Grants>>): string[] =>
  Object.entries(grants).flatMap(([user, tables]) =>
    Object.entries(tables).map(([table, privileges]) => `${user} ${table} ${privileges.join(', ')}`),
  );

/** The same for the copy of a database: its name is a pattern there, in which `_` is any character. */
export const copyStatements = (database: string): string[] =>
  Object.entries(usersOfCopy).map(
    ([user, privileges]) =>
      `GRANT ${privileges.join(', ')} ON \`${copyName(database).replaceAll('_', '\\_')}\`.* TO ${account(user)}`,
  );

/** Grants on tables of this database, as the server tells them. */
const SELECT_GRANTS = `SELECT table_name AS tableName, privilege_type AS privilege FROM information_schema.table_privileges
  WHERE grantee = ? AND table_schema = DATABASE()`;

const has = (grants: Grants | undefined, table: string, privilege: string): boolean =>
  grants?.[table]?.some((one) => one === privilege) === true;

/** Revokes what a user was granted on a known table, needs no more and did not need one release ago; resolves to the statements that did. */
async function revokeTheRest(sql: Sql, user: string, needed: Grants, tolerated?: Grants): Promise<string[]> {
  const granted = await sql.select<{ tableName: string; privilege: string }>(SELECT_GRANTS, [account(user)]);
  const statements = granted
    .filter(({ tableName }) => knownTables.includes(tableName))
    .filter(({ tableName, privilege }) => !has(needed, tableName, privilege) && !has(tolerated, tableName, privilege))
    .map(({ tableName, privilege }) => `REVOKE ${privilege} ON \`${tableName}\` FROM ${account(user)}`);
  for (const statement of statements) await sql.run(statement);
  return statements;
}

/**
 * Brings the users to what this release needs. It grants before it revokes: functions that run meanwhile lack nothing.
 *
 * @param tolerated what is neither granted nor revoked.
 * @returns what was revoked, as the statements that did.
 */
export async function bringUsersUpToDate(sql: Sql, tolerated = formerly): Promise<string[]> {
  const [row] = await sql.select<{ name: string }>('SELECT DATABASE() AS name');
  for (const statement of [...userStatements, ...copyStatements(row?.name ?? '')]) await sql.run(statement);
  const revoked: string[] = [];
  for (const [user, needed] of Object.entries(users))
    revoked.push(...(await revokeTheRest(sql, user, needed, tolerated[user])));
  return revoked;
}
