/** Where the local cloud keeps its things: all under `.local`, which git ignores and anyone may delete. */
import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '..');

/** Downloads, shared by `npm start` and the tests. */
export const LOCAL = join(ROOT, '.local');

export const VENV = join(LOCAL, 'venv');

/** A command of the Python toolchain, such as `sam`. */
export const tool = (name: string): string => join(VENV, 'bin', name);
