'use client';

import { Stack } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { mediaTypeOf, pairsOf } from '#core/http/media-type.ts';
import { HeaderFields } from '#ui/forms/header-fields.tsx';
import { StateLabel, type Tone } from '#ui/page/state-label.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { Facts } from '#ui/values/facts.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { ResponseBody } from '#ui/values/response-body.tsx';
import classes from './attempt-view.module.css';
import { explainAttempt } from './explain-attempt.ts';
import { Waterfall } from './waterfall.tsx';

export type Attempt = Outputs['webhooks']['test'];

const OUTCOMES: Record<Attempt['outcome'], { tone: Tone; label: string }> = {
  delivered: { tone: 'success', label: 'Delivered' },
  retry: { tone: 'warning', label: 'Failed, tried again' },
  failed: { tone: 'failure', label: 'Failed' },
  superseded: { tone: 'idle', label: 'Superseded: another worker had taken over' },
};

/** One attempt: the request, the response, how long each phase took, and what to do about a failure. */
export function AttemptView({ attempt, body }: { attempt: Attempt; body?: string | null }) {
  const { tone, label } = OUTCOMES[attempt.outcome];
  const next = explainAttempt(attempt);
  const id = attempt.request.headers['webhook-id'];
  const timestamp = attempt.request.headers['webhook-timestamp'];
  return (
    <Stack gap="md">
      <div className={classes.line}>
        <StateLabel tone={tone}>
          {attempt.response ? `${attempt.response.status} ` : ''}
          {label}
        </StateLabel>
        <span className={classes.dim}>
          <RelativeTime at={attempt.started_at} />
        </span>
      </div>
      {attempt.error && (
        <p className={classes.error}>
          {attempt.error.message} {next}
        </p>
      )}
      <Waterfall durations={attempt.durations} />
      <Facts
        items={[
          ['Attempt', attempt.number],
          ['Address', attempt.remote_address ? <code key="a">{attempt.remote_address}</code> : 'none was dialled'],
        ]}
      />
      <HeaderFields label="Request headers" fields={Object.entries(attempt.request.headers)} />
      {body && id && timestamp && (
        <details className={classes.details}>
          <summary>Signed text</summary>
          <BodyViewer label={`Signed text of attempt ${attempt.number}`} body={`${id}.${timestamp}.${body}`} />
        </details>
      )}
      {attempt.response && (
        <>
          <HeaderFields label="Response headers" fields={pairsOf(attempt.response.headers)} />
          <ResponseBody
            label={`Response body of attempt ${attempt.number}`}
            mediaType={mediaTypeOf(pairsOf(attempt.response.headers))}
            body={attempt.response.body}
            encoding={attempt.response.encoding}
            sizeBytes={attempt.response.size_bytes}
            truncated={attempt.response.truncated}
            note="The receiver sent more than is kept."
          />
        </>
      )}
    </Stack>
  );
}
