import { pruneAlerts } from '#features/csp/alerts/prune-alerts.ts';
import { dropOldPartitions } from '#features/engine/partitions.ts';
import { pruneIdentityThrottle } from '#features/people/auth/identity-throttle.ts';
import type { Chore } from '#platform/chores.ts';
import { checkAuditLog } from './audit-log/check-audit-log.ts';
import { pruneSends } from './connectors/prune-sends.ts';
import { pruneEventKeys } from './events/prune-event-keys.ts';
import { pruneRunChanges } from './pipeline-runs/prune-run-changes.ts';
import { pruneRuns } from './pipeline-runs/prune-runs.ts';
import { pruneGaps } from './sources/prune-gaps.ts';
import { pruneCalls } from './tools/prune-calls.ts';

/** Everything that is done at times, with its times. */
export const chores: readonly Chore[] = [
  { name: 'check-audit-log', cron: '9 * * * *', run: (platform) => checkAuditLog(platform, { full: false }) },
  { name: 'verify-audit-log', cron: '26 2 * * *', run: (platform) => checkAuditLog(platform, { full: true }) },
  { name: 'prune-sends', cron: '*/15 * * * *', run: (platform) => pruneSends(platform) },
  { name: 'prune-tool-calls', cron: '*/15 * * * *', run: (platform) => pruneCalls(platform) },
  { name: 'prune-csp-alerts', cron: '7 * * * *', run: (platform) => pruneAlerts(platform) },
  { name: 'drop-old-partitions', cron: '41 * * * *', run: (platform) => dropOldPartitions(platform) },
  { name: 'prune-event-keys', cron: '23 * * * *', run: (platform) => pruneEventKeys(platform) },
  { name: 'prune-runs', cron: '11 3 * * *', run: (platform) => pruneRuns(platform) },
  { name: 'prune-source-gaps', cron: '31 3 * * *', run: (platform) => pruneGaps(platform) },
  { name: 'prune-sign-in-throttle', cron: '29 * * * *', run: (platform) => pruneIdentityThrottle(platform) },
  { name: 'prune-run-changes', cron: '41 3 * * *', run: (platform) => pruneRunChanges(platform) },
];
