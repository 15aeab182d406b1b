/**
 * How long the rebuild waits for the database, in milliseconds. Connecting is bounded as a whole, and takes as long as a paused database to
 * resume. Counting and comparing whole tables is what statements take long for. The function's 600 seconds hold a minute of pages, the
 * last of them with a statement without an answer, a new connection, and the statement again.
 */
export const PATIENCE = { connectMs: 45_000, statementMs: 240_000 };
