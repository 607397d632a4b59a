/**
 * The time that deliveries go by: PostgreSQL's, unless a test moves it. Leases are always by PostgreSQL's own.
 */
export type Clock = {
  /** What statements take for now: null for PostgreSQL's `now()`. */
  sqlNow(): string | null;
  /** Milliseconds since 1970, as near to PostgreSQL's as this process knows. */
  now(): number;
  /** Called with PostgreSQL's time. */
  adjust(databaseNow: Date): void;
};

export function createClock(): Clock {
  // Counted on from what PostgreSQL last said, so that a change of this machine's clock moves nothing.
  let startedAt = Date.now() - performance.now();
  return {
    sqlNow: () => null,
    now: () => startedAt + performance.now(),
    adjust(databaseNow) {
      startedAt = databaseNow.getTime() - performance.now();
    },
  };
}
