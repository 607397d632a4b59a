type Measured = {
  state: string;
  lag_bytes: bigint | null;
  lag_seconds: number | null;
  read_until: Date | null;
  needs_new_slot: boolean;
};

/**
 * How far the stream is behind. While it isn't read, nobody measures the lag, so it is counted from the time up to
 * which everything was read, and keeps growing. It is never 0 while the slot is lost.
 * @param now in milliseconds, by the database.
 */
export function lagOf(row: Measured | null, now: number): { lag_bytes: number | null; lag_seconds: number | null } {
  if (!row) return { lag_bytes: null, lag_seconds: null };
  const measured = row.lag_bytes === null ? null : Number(row.lag_bytes);
  const isLost = row.needs_new_slot;
  const bytes = isLost ? Math.max(measured ?? 1, 1) : measured;
  if (row.state === 'reading' && !isLost) return { lag_bytes: bytes, lag_seconds: row.lag_seconds };
  const since = row.read_until === null ? 0 : (now - row.read_until.getTime()) / 1000;
  const seconds = Math.max(row.lag_seconds ?? 0, since, isLost ? 1 : 0);
  return {
    lag_bytes: bytes,
    lag_seconds: row.read_until === null && row.lag_seconds === null && !isLost ? null : seconds,
  };
}
