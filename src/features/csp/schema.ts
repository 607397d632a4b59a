import { z } from 'zod';
import { BLOCKED_KINDS, DISPOSITIONS, LINE_KINDS, REPORT_FORMS } from '#core/csp/report/line.ts';
import { filterField, flagInput, givenTime, timeSchema } from '#platform/trpc/fields.ts';

const textInput = (what: string) => filterField(what, 500);

export const groupIdSchema = z
  .string()
  .regex(/^[0-9a-f]{16}$/, 'Must be the id of a group, as the list of groups shows it: 16 hexadecimal digits.')
  .meta({ description: 'The id of a group.', example: '9f86d081884c7d65' });

/** What every question about the log stream may be narrowed to. */
export const cspFilters = {
  since: givenTime.optional().meta({ description: 'Only violations at or after this time.' }),
  until: givenTime.optional().meta({ description: 'Before this time.' }),
  disposition: z.enum(DISPOSITIONS).optional(),
  directive: textInput('a directive').toLowerCase().optional().meta({ example: 'script-src-elem' }),
  group: groupIdSchema.optional(),
  blocked_host: textInput('a host').toLowerCase().optional().meta({ example: 'cdn.example.com' }),
  document: textInput('a part of a URL').optional().meta({ description: 'Part of the page’s URL.' }),
  browser: textInput('a browser')
    .optional()
    .meta({ description: 'A browser, with or without its version.', example: 'Chrome 156' }),
  noise: flagInput.optional().meta({ description: '`true`: only noise. `false`: no noise. Both if left out.' }),
  q: textInput('a text').optional().meta({ description: 'Part of any text in the report.' }),
};

const noiseFields = {
  noise: z.string().nullable().meta({ description: 'The id of the rule that classifies this as noise, or null.' }),
  noise_reason: z.string().nullable().meta({ description: 'The reason that the rule gives.' }),
};

const BLOCKED_KIND = 'Null if the browser doesn’t say what was blocked.';

/** One violation: one line of the log stream. */
export const violationSchema = z
  .object({
    id: z.string().meta({ description: 'The id of the line in the log stream.' }),
    at: timeSchema,
    message: z.string(),
    disposition: z.enum(DISPOSITIONS).nullable(),
    directive: z.string(),
    blocked: z.string().nullable(),
    blocked_kind: z.enum(BLOCKED_KINDS).nullable().meta({ description: BLOCKED_KIND }),
    blocked_host: z.string().nullable(),
    document: z.string().nullable(),
    source_file: z.string().nullable(),
    line: z.int().nullable(),
    column: z.int().nullable(),
    sample: z.string().nullable(),
    status_code: z.int().nullable(),
    referrer: z.string().nullable(),
    user_agent: z.string().nullable(),
    browser: z.string(),
    policy_hash: z.string().nullable(),
    form: z.enum(REPORT_FORMS),
    group: groupIdSchema,
    ...noiseFields,
  })
  .meta({ id: 'CspViolation' });

/** Any line of the log stream. */
export const streamLineSchema = z.object({
  id: z.string(),
  at: timeSchema,
  kind: z.enum(LINE_KINDS),
  message: z.string(),
  violation: violationSchema.nullable().meta({ description: 'Only for lines of the kind `violation`.' }),
  raw: z.string().meta({ description: 'The line exactly as in the file: JSON.' }),
});

/** Violations that are the same, whether they were blocked or only reported: directive, kind, and host, scheme or code. */
export const groupSchema = z
  .object({
    id: groupIdSchema,
    title: z.string(),
    dispositions: z
      .array(z.object({ disposition: z.enum(DISPOSITIONS).nullable(), count: z.int() }))
      .meta({ description: '`enforce`, `report`, or null (the browser didn’t say), each with its number of reports.' }),
    directive: z.string(),
    blocked: z.string().nullable().meta({ description: 'What was blocked, from the newest report.' }),
    blocked_kind: z.enum(BLOCKED_KINDS).nullable().meta({ description: BLOCKED_KIND }),
    blocked_host: z.string().nullable(),
    document: z.string().nullable().meta({ description: 'The page, from the newest report.' }),
    sample: z.string().nullable().meta({ description: 'The first characters of the code, from the newest report.' }),
    policy_hash: z.string().nullable().meta({ description: 'The policy that was violated, from the newest report.' }),
    count: z.int().meta({ description: 'Reports in the range, including those that were only counted.' }),
    first_seen: timeSchema.meta({ description: 'In the whole log that is kept.' }),
    last_seen: timeSchema,
    is_new: z.boolean().meta({ description: 'First seen within the last 24 hours.' }),
    browsers: z
      .array(z.object({ browser: z.string(), count: z.int() }))
      .meta({ description: 'The most frequent ones.' }),
    documents: z.int().meta({ description: 'How many pages are affected.' }),
    sparkline: z.array(z.int()).meta({ description: 'The count over the range, in 24 equal parts.' }),
    muted: z.boolean(),
    ...noiseFields,
  })
  .meta({ id: 'CspGroup' });

export const groupDetailSchema = groupSchema
  .extend({
    pages: z.array(z.object({ route: z.string(), count: z.int(), last_seen: timeSchema })),
    samples: z.array(z.object({ sample: z.string(), count: z.int() })),
    sources: z.array(
      z.object({ source_file: z.string(), line: z.int().nullable(), column: z.int().nullable(), count: z.int() }),
    ),
    forms: z.array(z.object({ form: z.enum(REPORT_FORMS), count: z.int() })),
    policies: z.array(z.object({ policy_hash: z.string(), text: z.string().nullable(), count: z.int() })),
    mute: z.object({ by: z.string(), at: timeSchema, note: z.string() }).nullable(),
  })
  .meta({ id: 'CspGroupDetail' });

export const timelineSchema = z
  .object({
    since: timeSchema,
    until: timeSchema,
    step_ms: z.int().meta({ description: 'The length of a bucket.' }),
    directives: z.array(z.string()).meta({ description: 'The most frequent first. All others together are `other`.' }),
    items: z.array(z.object({ at: timeSchema, counts: z.record(z.string(), z.int()), total: z.int() })),
    total: z.int(),
    noise: z.int().meta({ description: 'How many reports the filter `noise: false` hides.' }),
    muted: z.int().meta({ description: 'How many reports the filter `muted: false` hides.' }),
  })
  .meta({ id: 'CspTimeline' });

export const coverageSchema = z
  .object({
    items: z.array(
      z.object({
        browser: z.string().meta({ description: 'The browser’s name without its version.' }),
        form: z.enum(REPORT_FORMS),
        disposition: z.enum(DISPOSITIONS).nullable(),
        versions: z.array(z.string()),
        count: z.int(),
        last_seen: timeSchema,
      }),
    ),
    others: z
      .array(z.object({ type: z.string(), count: z.int() }))
      .meta({ description: 'Reports of other types of the Reporting API.' }),
    suppressed: z.int(),
    dropped: z.int(),
    malformed: z.int(),
  })
  .meta({ id: 'CspCoverage' });

/** The texts of policies that pages had, newest first. */
export const policiesSchema = z.object({
  items: z.array(
    z.object({
      policy_hash: z.string(),
      text: z.string().nullable().meta({ description: 'Null if the line that contains it is no longer in the log.' }),
      disposition: z.enum(DISPOSITIONS).nullable(),
      count: z.int(),
      last_seen: timeSchema,
    }),
  ),
});
