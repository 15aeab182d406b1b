/** Variables of the environment. */

/** @returns its value; an empty one is as if it were not set. */
export const variable = (env: NodeJS.ProcessEnv, name: string): string | undefined =>
  env[name] === '' ? undefined : env[name];
