'use client';

import { Button } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { api, type Outputs } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import { Duration } from '#ui/values/duration.tsx';
import { backlog, successRate } from './webhook-figures.ts';
import classes from './webhook-header.module.css';
import { WebhookState } from './webhook-state.tsx';

type Webhook = Outputs['webhooks']['get'];

/** What is wrong with a webhook, and what to do; null if nothing is wrong. */
function noticeOf({ status, health, problem, disabled_reason, stats }: Webhook): string | null {
  if (problem === 'secrets_unreadable' && status !== 'disabled')
    return 'The console can’t open this webhook’s signing secret or headers, so nothing is sent; events are kept. Start the console with the HONEYFRAME_SECRET that sealed them (“npm run cli -- doctor” names it). If that key is lost, rotate the secret under Settings, give the new one to the receiver, and enter the headers again.';
  if (status === 'disabled')
    return disabled_reason === 'gone'
      ? 'The receiver answered 410: it wants no events any more, and what waited was cancelled. When it should get them again, enable the webhook, and recover what was cancelled.'
      : 'Nothing but failures for 24 hours: the webhook was disabled, and what waited was cancelled. Mend the receiver, enable the webhook, and recover what was cancelled.';
  if (status === 'paused')
    return `Events are collected and nothing is sent. Each is kept for at least 90 days. After you resume, queued deliveries have 24 hours.${
      stats.oldest_pending_until
        ? ` The oldest one fails on ${new Date(stats.oldest_pending_until).toLocaleDateString('en', { dateStyle: 'medium' })} unless you resume before.`
        : ''
    }`;
  if (health === 'failing')
    return 'The last attempts all failed. It is probed with one request at a time until one succeeds; look at the newest delivery for the reason.';
  return null;
}

/** A webhook's URL, status, and health, and the button that pauses or resumes it. */
export function WebhookHeader({ webhook }: { webhook: Webhook }) {
  const { mayChange } = useSession();
  const notice = noticeOf(webhook);
  const { stats } = webhook;
  return (
    <>
      <PageHeader
        title={webhook.description || new URL(webhook.target_url).host}
        back={{ href: paths.webhooks, label: 'Webhooks' }}
        subtitle={
          <span className={classes.facts}>
            <WebhookState webhook={webhook} />
            <Copyable value={webhook.target_url} what="receiver" />
          </span>
        }
        actions={mayChange && <PauseButton webhook={webhook} />}
      />
      <dl className={classes.figures}>
        <div>
          <dt>Events</dt>
          <dd>{webhook.event_type.join(', ')}</dd>
        </div>
        <div>
          <dt>Success, 24 h</dt>
          <dd>{successRate(stats)}</dd>
        </div>
        <div>
          <dt>p95</dt>
          <dd>
            <Duration ms={stats.p95_ms} />
          </dd>
        </div>
        <div>
          <dt>Waiting</dt>
          <dd>{backlog(stats)}</dd>
        </div>
      </dl>
      {notice && (
        <div className={classes.notice}>
          <Notice tone={webhook.status === 'paused' && webhook.problem === null ? 'info' : 'failure'}>{notice}</Notice>
        </div>
      )}
    </>
  );
}

function PauseButton({ webhook: { id, status } }: { webhook: Webhook }) {
  const cache = api.useUtils();
  const settle = {
    onSuccess: (webhook: Webhook) => {
      cache.webhooks.get.setData({ id }, webhook);
      void cache.webhooks.list.invalidate();
      toastDone(
        webhook.status === 'paused' ? 'Paused. Events are kept for at least 90 days.' : 'Events are sent again.',
      );
    },
    onError: (error: Parameters<typeof failureMessage>[0]) => toastFailed(failureMessage(error)),
  };
  const pause = api.webhooks.pause.useMutation(settle);
  const resume = api.webhooks.resume.useMutation(settle);
  const isActive = status === 'active';
  return (
    <Button
      variant={isActive ? 'default' : 'filled'}
      leftSection={isActive ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
      loading={pause.isPending || resume.isPending}
      onClick={() => (isActive ? pause : resume).mutate({ id })}
    >
      {isActive ? 'Pause' : status === 'paused' ? 'Resume' : 'Enable'}
    </Button>
  );
}
