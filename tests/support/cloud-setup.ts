/** Before the tests that bring up clouds of their own: what all of them start from, so that no two build it at once. */
import { buildTemplate } from '../../local/build';
import { provideToolchain } from '../../local/toolchain';

export default async function setup(): Promise<void> {
  await provideToolchain();
  await buildTemplate();
}
