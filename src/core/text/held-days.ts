const LEAST_HELD_DAYS = 90;

/**
 * How many days a paused webhook keeps a delivery before it fails: 90, or `RETENTION_DAYS` if that is longer. A pause
 * is a decision to send later, so it outlives the log; the limit keeps a forgotten one from growing forever.
 */
export const heldDays = (retentionDays: number): number => Math.max(LEAST_HELD_DAYS, retentionDays);
