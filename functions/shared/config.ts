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

/** No host name is digits and dots alone, or has a colon. Node's own `isIP` would cost each start 3 ms. */
const ADDRESS = /^[\d.]+$|:/;

/** Where the read model's database is. */
const databasePlace = v.pipe(
  v.object({
    DATABASE_HOST: required,
    DATABASE_PORT: port,
    DATABASE_USER: required,
    DATABASE_NAME: v.pipe(v.string('is missing'), v.regex(/^\w{1,64}$/, 'is no database name')),
    DATABASE_TLS: v.picklist(['verify', 'off'], 'must be verify or off'),
  }),
  v.forward(
    v.partialCheck(
      [['DATABASE_HOST'], ['DATABASE_TLS']],
      ({ DATABASE_HOST, DATABASE_TLS }) => DATABASE_TLS === 'off' || !ADDRESS.test(DATABASE_HOST),
      'must be a host name where DATABASE_TLS is verify: that is what the certificate is checked for',
    ),
    ['DATABASE_HOST'],
  ),
);

/** How functions sign in there. */
const databaseSignIn = v.variant(
  'DATABASE_SIGN_IN',
  [
    v.object({
      DATABASE_SIGN_IN: v.literal('iam'),
      DATABASE_TLS: v.literal('verify', 'must be verify where DATABASE_SIGN_IN is iam: the token is sent as it is'),
      AWS_REGION: required,
    }),
    v.object({ DATABASE_SIGN_IN: v.literal('secret'), DATABASE_SECRET_ARN: required }),
  ],
  'must be iam or secret',
);

/** The read model's database. */
export const databaseEnvironment = v.intersect([databasePlace, databaseSignIn]);

export type DatabaseEnvironment = v.InferOutput<typeof databaseEnvironment>;

/** Whom the function acts as: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const awsEnvironment = v.object({
  AWS_ACCESS_KEY_ID: required,
  AWS_SECRET_ACCESS_KEY: required,
  AWS_SESSION_TOKEN: v.optional(v.string()),
});

/** The region that the function runs in. */
export const awsRegion = v.object({ AWS_REGION: required });

/** The write side's table. */
export const tableEnvironment = v.object({ ORDERS_TABLE: required });

/**
 * Reads the variables that `schema` names.
 *
 * @throws Error naming every variable that is missing, bad, or contradicts another; never what is in one.
 */
export function readEnvironment<S extends v.GenericSchema>(
  schema: S,
  environment: NodeJS.ProcessEnv = process.env,
): v.InferOutput<S> {
  const result = v.safeParse(schema, { ...environment });
  if (result.success) return result.output;
  const faults = result.issues.map(({ path, message }) => {
    const name = String(path?.[0]?.key);
    return `${name} ${name in environment ? message : 'is missing'}`;
  });
  throw new Error(
    `The environment is not set up: ${[...new Set(faults)].join('; ')}. template.yaml sets these variables, and Lambda the AWS_ ones.`,
  );
}

/**
 * The function's credentials, in the signer's words.
 *
 * @throws Error naming those that are missing.
 */
export function awsCredentials(environment: NodeJS.ProcessEnv): {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
} {
  const aws = readEnvironment(awsEnvironment, environment);
  return {
    accessKeyId: aws.AWS_ACCESS_KEY_ID,
    secretAccessKey: aws.AWS_SECRET_ACCESS_KEY,
    ...(aws.AWS_SESSION_TOKEN !== undefined && { sessionToken: aws.AWS_SESSION_TOKEN }),
  };
}
