/**
 * How long the tool's function waits for the database, in milliseconds. Connecting is bounded as a whole, and takes as long as a paused
 * database to resume; a statement without an answer before it and one after it fit into the function's 60 seconds too (10 + 35 + 10).
 */
export const PATIENCE = { connectMs: 35_000, statementMs: 10_000 };
