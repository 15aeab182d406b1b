/** How one signs in to the database. Whoever opens a connection asks for credentials then; nobody keeps them longer. */

/** What a connection signs in with. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A way of signing in. */
export interface SignIn {
  /** For a connection that is about to be made. */
  credentials(): Promise<Credentials>;
  /** After the server refused those: others, where the ones at hand may be out of date. */
  renewed?(): Promise<Credentials>;
  /** The server must be given the password as it is, and not a proof of knowing it: done over verified TLS alone. */
  readonly cleartext?: boolean;
  /** What to look at when the server refuses. */
  readonly advice: string;
}

/** Signing in was impossible, or was refused: nothing is wrong with any data. The message says what to do, and no secret. */
export class SignInFailed extends Error {
  override readonly name = 'SignInFailed';
}

/** A password that is known: for tests and local tools. */
export const passwordSignIn = (user: string, password: string): SignIn => ({
  credentials: () => Promise.resolve({ user, password }),
  advice: 'Check the user and the password.',
});
