/** What the AWS SDK's clients need to talk to the local cloud. */
import { REGION } from './cloud';

/** Options of any client of the SDK. The credentials are dummies: the local cloud does not check them. */
export const clientOptions = (endpoint: string) => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  disableHostPrefix: true, // StartSyncExecution would go to the host sync-127.0.0.1
});
