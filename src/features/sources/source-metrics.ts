import type { Metric } from '#platform/metrics.ts';
import { databaseNow } from '#platform/postgres/database-now.ts';
import type { Platform } from '#platform/scope.ts';
import { lagOf } from './lag-of.ts';
import { sourceAddressOf } from './stream/source-connection.ts';

const LEASE_SLACK_MS = 15_000;

/** Metrics of the change stream, for alerts when it falls behind. */
export async function sourceMetrics(platform: Platform): Promise<Metric[]> {
  const row = await platform.database.source.findFirst({
    where: { address: sourceAddressOf(platform).shown },
    orderBy: { created_at: 'desc' },
  });
  if (!row) return [];
  const now = (await databaseNow(platform)).getTime();
  const isHeld = row.lease_until !== null && row.lease_until.getTime() > now - LEASE_SLACK_MS;
  const lag = lagOf(row, now);
  const gaps = await platform.database.sourceGap.count({
    where: { database_key: row.database_key, closed_at: null },
  });
  return [
    {
      name: 'honeyframe_source_reading',
      help: 'Whether a worker is reading the change stream.',
      type: 'gauge',
      value: isHeld && row.state === 'reading' ? 1 : 0,
    },
    {
      name: 'honeyframe_source_lag_bytes',
      help: 'How far the slot is behind the source’s write-ahead log.',
      type: 'gauge',
      value: lag.lag_bytes,
    },
    {
      name: 'honeyframe_source_lag_seconds',
      help: 'How far the slot is behind the source’s write-ahead log, in seconds.',
      type: 'gauge',
      value: lag.lag_seconds,
    },
    {
      name: 'honeyframe_source_retained_bytes',
      help: "How much write-ahead log the slot retains on the source's disk.",
      type: 'gauge',
      value: row.retained_bytes,
    },
    {
      name: 'honeyframe_source_open_gaps',
      help: 'Gaps in the change stream that have been neither filled nor closed.',
      type: 'gauge',
      value: gaps,
    },
    { name: 'honeyframe_source_changes_total', help: 'Changes read.', type: 'counter', value: row.changes },
    {
      name: 'honeyframe_source_events_total',
      help: 'Events created from changes.',
      type: 'counter',
      value: row.events,
    },
    {
      name: 'honeyframe_source_refused_total',
      help: 'Changes that were not valid events.',
      type: 'counter',
      value: row.refused,
    },
  ];
}
