/** A page in the browser of whoever sits at the terminal. */
import { spawn } from 'node:child_process';

/** @returns undefined where there is no terminal, or no screen that a browser could show itself on. */
export function browserOf(isTerminal: boolean, platform: NodeJS.Platform, env: NodeJS.ProcessEnv) {
  if (!isTerminal || env['SSH_CONNECTION'] !== undefined) return undefined;
  if (platform === 'darwin') return (url: string) => { open('open', url); }; // prettier-ignore
  const hasScreen = env['DISPLAY'] !== undefined || env['WAYLAND_DISPLAY'] !== undefined;
  return hasScreen ? (url: string) => { open('xdg-open', url); } : undefined; // prettier-ignore
}

/** Where it cannot be started, the address that was printed does as well. */
function open(command: string, url: string): void {
  const child = spawn(command, [url], { detached: true, stdio: 'ignore' });
  child.once('error', () => undefined);
  child.unref();
}
