/** Readers of flags' values. What they refuse is a usage error: nothing was done yet. */
import { InvalidArgumentError, type Command } from 'commander';

/** A flag that may be given once: of two, one would be dropped in silence. */
export const once =
  <T>(read: (text: string) => T) =>
  (text: string, before: T | undefined): T => {
    if (before !== undefined) throw new InvalidArgumentError('It is given twice.');
    return read(text);
  };

export const onceText = once((text) => text);

/** @returns a reader of whole numbers within bounds. */
export const onceNumber = (least: number, most: number) =>
  once((text) => {
    const value = Number(text);
    if (!/^\d{1,10}$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    return value;
  });

/** The flag of an option, from its name in the program: `order-id` for `orderId`. */
export const flagOf = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** For a subcommand that is meant where none is named: a word that it does not know is no argument of it, but an unknown command. */
export const refusingStrays = (command: Command): Command =>
  command.allowExcessArguments().hook('preAction', (_, { args: [stray] }) => {
    if (stray !== undefined) command.error(`error: unknown command '${stray}'`);
  });
