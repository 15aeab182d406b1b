/** How long the AWS SDK waits, in milliseconds. Without the last one, it only warns of a request that takes too long, and waits on. */
export const AWS_TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
