'use client';

import { Button } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { StateLabel } from '#ui/page/state-label.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { CopyIcon } from '#ui/values/copy-button.tsx';
import { counted } from '#ui/values/counted.ts';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import classes from './audit-integrity.module.css';

type Integrity = Outputs['auditLog']['integrity'];

const WATCHING_MS = 60_000;
const SHOWN_HASH = 12;

/** Whether the log is unaltered, where it ends, and the button that verifies all of it. */
export function AuditIntegrity() {
  const { mayChange } = useSession();
  const cache = api.useUtils();
  const { data } = api.auditLog.integrity.useQuery({}, { refetchInterval: WATCHING_MS });
  const verify = api.auditLog.verify.useMutation({
    onSuccess: (found) => {
      cache.auditLog.integrity.setData({}, found);
      if (found.broken) void cache.auditLog.list.invalidate();
      else toastDone(`Verified ${counted(found.entries, 'entry', 'entries')}. None was altered.`);
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  return (
    <section aria-label="Integrity" className={classes.integrity}>
      <div className={classes.line}>
        {data ? <Verdict integrity={data} /> : <span className={classes.quiet}>Checking the log…</span>}
        {mayChange && (
          <Button variant="default" size="xs" loading={verify.isPending} onClick={() => verify.mutate({})}>
            Verify now
          </Button>
        )}
      </div>
      {data?.broken && (
        <Notice tone="failure">
          {`The audit log was altered: ${data.broken}. Compare the last hashes that the application log has ("The audit log ends here"), and find out who can write to the database. Once that is settled, or after a backup was restored, run "npm run cli -- audit accept --reason …".`}
        </Notice>
      )}
      {data && data.accepted.length > 0 && (
        <details className={classes.quiet}>
          <summary>{counted(data.accepted.length, 'accepted alteration', 'accepted alterations')}</summary>
          <ul>
            {data.accepted.map(({ what, reason, accepted_at }) => (
              <li key={`${what} ${accepted_at}`}>
                {what}. Accepted <RelativeTime at={accepted_at} />
                {`: ${reason}`}
              </li>
            ))}
          </ul>
        </details>
      )}
      {data?.installation_broken && (
        <Notice tone="failure">{`The installation’s own audit log was altered: ${data.installation_broken}.`}</Notice>
      )}
    </section>
  );
}

function Verdict({ integrity: { broken, checked_at, verified_at, anchor } }: { integrity: Integrity }) {
  const [position, hash = ''] = anchor?.split(':') ?? [];
  return (
    <div className={classes.facts}>
      {broken ? (
        <StateLabel tone="failure">Altered</StateLabel>
      ) : checked_at ? (
        <StateLabel tone="success">Unaltered</StateLabel>
      ) : (
        <StateLabel tone="idle">Not checked yet</StateLabel>
      )}
      {checked_at && (
        <span className={classes.quiet}>
          Checked <RelativeTime at={checked_at} />
        </span>
      )}
      {verified_at && (
        <span className={classes.quiet}>
          All hashes verified <RelativeTime at={verified_at} />
        </span>
      )}
      {anchor && (
        <span className={classes.anchor}>
          <span className={classes.quiet}>Last hash</span>
          <code title={anchor}>{`${position}:${hash.slice(0, SHOWN_HASH)}…`}</code>
          <CopyIcon value={anchor} what="last hash" />
        </span>
      )}
    </div>
  );
}
