import { z } from 'zod';
import type { CspScope } from '../csp-scope.ts';
import { askLines } from '../log/ask-lines.ts';

const textRow = z.object({ policy_hash: z.string(), text: z.string() });

/** The texts of policies by their hash, in all of the log stream that is kept: each is written once a day. */
export async function readPolicyTexts(scope: CspScope, signal?: AbortSignal): Promise<Map<string, string>> {
  const rows = await askLines(
    scope,
    {
      filter: {},
      row: textRow,
      sql: (lines) =>
        `select policy.policy_hash as policy_hash, any_value(policy.text) as text from ${lines} where policy.text is not null and policy.policy_hash is not null group by 1`,
    },
    signal,
  );
  return new Map(rows.map(({ policy_hash, text }) => [policy_hash, text]));
}
