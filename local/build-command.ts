/** `npm run build`: `sam build`, for deploying to an account, with the SAM CLI of the toolchain. */
import { spawnSync } from 'node:child_process';
import { ROOT, tool } from './paths';
import { Problem } from './problem';
import { provideToolchain } from './toolchain';

async function build(): Promise<number> {
  await provideToolchain();
  return spawnSync(tool('sam'), ['build', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
}

build().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Problem ? error.message : error);
    process.exitCode = 1;
  },
);
