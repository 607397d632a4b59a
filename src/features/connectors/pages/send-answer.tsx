'use client';

import { Stack } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { mediaTypeOf, pairsOf } from '#core/http/media-type.ts';
import { HeaderFields } from '#ui/forms/header-fields.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { Duration } from '#ui/values/duration.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { ResponseBody } from '#ui/values/response-body.tsx';
import { FailureWords } from './failure-words.tsx';
import classes from './send-answer.module.css';
import { SendOutcome } from './send-outcome.tsx';

type Send = Outputs['connectors']['sends']['items'][number];

type Props = Pick<Send, 'ok' | 'status' | 'duration_ms' | 'error'> & {
  at: string | undefined;
  /** JSON or text; null when there was none. */
  body: unknown;
  headers: NonNullable<Send['response']>['headers'] | undefined;
  encoding?: 'text' | 'base64';
  size_bytes?: number | null;
  truncated?: boolean;
};

/** What came back from a send: how it ended, how long it took, why it failed, headers and body. */
export function SendAnswer({ ok, status, duration_ms, error, at, body, headers, ...kept }: Props) {
  const { encoding = 'text', size_bytes = null, truncated = false } = kept;
  return (
    <Stack gap="md">
      <div className={classes.facts}>
        <SendOutcome ok={ok} status={status} code={error?.code ?? null} />
        <span className={classes.dim}>
          <Duration ms={duration_ms} />
        </span>
        {at && (
          <span className={classes.dim}>
            <RelativeTime at={at} />
          </span>
        )}
      </div>
      {error && (
        <Notice tone="failure">
          <FailureWords error={error} />
        </Notice>
      )}
      {headers && <HeaderFields label="Response headers" fields={pairsOf(headers)} />}
      {status !== null && (
        <ResponseBody
          label="Response body"
          mediaType={mediaTypeOf(pairsOf(headers ?? []))}
          body={body}
          encoding={encoding}
          sizeBytes={size_bytes}
          truncated={truncated}
          note="The answer was longer: this is its beginning."
        />
      )}
    </Stack>
  );
}
