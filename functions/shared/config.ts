/** Configuration from the environment: read once, every missing or bad variable named in one error. */
import * as v from 'valibot';

const required = v.pipe(v.string('is missing'), v.nonEmpty('is empty'));

const port = v.pipe(
  v.string('is missing'),
  v.regex(/^[0-9]{1,5}$/, 'is no port number'),
  v.transform(Number),
  v.minValue(1, 'is no port number'),
  v.maxValue(65_535, 'is no port number'),
);

/** The read model's database. */
export const databaseEnvironment = {
  DATABASE_HOST: required,
  DATABASE_PORT: port,
  DATABASE_USER: required,
  DATABASE_PASSWORD: v.string('is missing'),
  DATABASE_NAME: v.pipe(v.string('is missing'), v.regex(/^\w{1,64}$/, 'is no database name')),
};

/** The write side's table. */
export const tableEnvironment = { ORDERS_TABLE: required };

/**
 * Reads the variables that `entries` names.
 *
 * @throws Error naming every variable that is missing or bad.
 */
export function readEnvironment<E extends v.ObjectEntries>(
  entries: E,
  environment: NodeJS.ProcessEnv = process.env,
): v.InferOutput<v.ObjectSchema<E, undefined>> {
  const result = v.safeParse(v.object(entries), environment);
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => {
    const name = String(issue.path?.[0]?.key);
    return `${name} ${name in environment ? issue.message : 'is missing'}`;
  });
  throw new Error(`The environment is not set up: ${faults.join('; ')}. template.yaml sets these variables.`);
}
