/**
 * How long the projector waits for the database, in milliseconds. Connecting is bounded as a whole, the secret's fetches in it, and takes
 * as long as a paused database to resume. The function's 120 seconds hold the most that a database which is away can take: connecting, a
 * statement without an answer, and connecting once more (45 + 25 + 45). What is left is for saying so.
 */
export const PATIENCE = { connectMs: 45_000, statementMs: 25_000 };
