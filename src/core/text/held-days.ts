const LEAST_HELD_DAYS = 90;

/**
 * For how many days a paused webhook keeps a delivery before it fails: 90, or `RETENTION_DAYS` where that is longer.
 * A pause is somebody's decision to send later, so it outlives the log; the bound keeps a forgotten one from growing for
 * ever.
 */
export const heldDays = (retentionDays: number): number => Math.max(LEAST_HELD_DAYS, retentionDays);
