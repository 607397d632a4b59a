/**
 * The time that deliveries go by: PostgreSQL's, unless a test moves it. Leases are always by PostgreSQL's own.
 */
export type Clock = {
  /** What statements take for now: null for PostgreSQL's `now()`. */
  sqlNow(): string | null;
  /** Milliseconds since 1970, as near to PostgreSQL's as this process knows. */
  now(): number;
  /** Told what PostgreSQL says it is. */
  adjust(databaseNow: Date): void;
};

export function createClock(): Clock {
  let aheadMs = 0;
  return {
    sqlNow: () => null,
    now: () => Date.now() + aheadMs,
    adjust(databaseNow) {
      aheadMs = databaseNow.getTime() - Date.now();
    },
  };
}
