import { z } from 'zod';
import { LINE_KINDS } from '#core/csp/report/line.ts';
import { Download } from '#platform/http/download.ts';
import { EXPORT_TYPES } from '#platform/http/export-rows.ts';
import { flagInput } from '#platform/trpc/fields.ts';
import { pageInput, pageOf } from '#platform/trpc/paging.ts';
import { router } from '#platform/trpc/procedure.ts';
import { alertsRouter } from './alerts/alerts-router.ts';
import { getCoverage } from './coverage/get-coverage.ts';
import { cspProcedure } from './csp-scope.ts';
import { getGroup } from './groups/get-group.ts';
import { listGroups } from './groups/list-groups.ts';
import { listPolicies } from './groups/list-policies.ts';
import { muteProcedures } from './groups/mute-router.ts';
import { GROUP_SORTS } from './groups/read-groups.ts';
import { readTailId, tailIdSchema } from './live/tail-lines.ts';
import { tailProcedure } from './live/tail-procedure.ts';
import { cursorInput } from './log/cursor.ts';
import { exportViolations } from './log/export-violations.ts';
import { listLines, listViolations } from './log/list-lines.ts';
import { noiseRulesRouter } from './noise/noise-router.ts';
import {
  coverageSchema,
  cspFilters,
  groupDetailSchema,
  groupIdSchema,
  groupSchema,
  policiesSchema,
  streamLineSchema,
  timelineSchema,
  violationSchema,
} from './schema.ts';
import { getTimeline } from './timeline/get-timeline.ts';

const tag = 'CSP reports';
const read = { role: 'member', scope: 'read' } as const;
const LAST_DAY = 'Without `since`, the range is the 24 hours before `until` or now.';

const page = { limit: pageInput.limit, cursor: cursorInput };
const muted = flagInput
  .optional()
  .meta({ description: '`true`: only muted groups. `false`: only groups that aren’t muted. Both if left out.' });

/** Questions about the log stream of CSP reports. */
export const cspRouter = router({
  alerts: alertsRouter,
  noiseRules: noiseRulesRouter,
  ...muteProcedures,

  violations: cspProcedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/csp/violations',
        tag,
        summary: 'List violations',
        description: 'Newest first, by the time they happened. Browsers may report them up to two days later.',
      },
    })
    .input(z.strictObject({ ...page, ...cspFilters }).prefault({}))
    .output(pageOf(violationSchema))
    .query(({ ctx, input, signal }) => listViolations(ctx.scope, input, signal)),

  export: cspProcedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/csp/violations/export',
        tag,
        summary: 'Export violations',
        description:
          'Returns a file. NDJSON has one line for each object of the list. CSV has their fields, with an apostrophe before values that a spreadsheet would read as formulas. Newest first, in the order in which they were received.',
        file: EXPORT_TYPES,
      },
    })
    .input(
      z
        .strictObject({ format: z.enum(['ndjson', 'csv'], 'Must be ndjson or csv.').default('ndjson'), ...cspFilters })
        .prefault({}),
    )
    .output(z.instanceof(Download))
    .query(({ ctx, input, signal }) => exportViolations(ctx.scope, input, signal)),

  lines: cspProcedure
    .meta({ needs: read })
    .input(z.strictObject({ ...page, ...cspFilters, kinds: z.array(z.enum(LINE_KINDS)).optional() }).prefault({}))
    .output(pageOf(streamLineSchema).extend({ tail_id: tailIdSchema }))
    .query(async ({ ctx, input, signal }) => {
      const tail_id = await readTailId(ctx.scope);
      return { ...(await listLines(ctx.scope, input, signal)), tail_id };
    }),

  tail: tailProcedure,

  groups: cspProcedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/csp/groups',
        tag,
        summary: 'List groups of violations',
        description: `A group is all violations with the same directive, kind, and host, scheme, or code, whether blocked or only reported. ${LAST_DAY}`,
      },
    })
    .input(
      z
        .strictObject({
          ...page,
          ...cspFilters,
          sort: z.enum(GROUP_SORTS).default('count').meta({
            description:
              'Most frequent first. `new`: groups first seen within the last 24 hours come before the others.',
          }),
          muted,
          is_new: flagInput.optional().meta({
            description: '`true`: only groups first seen within the last 24 hours. `false`: only the others.',
          }),
        })
        .prefault({}),
    )
    .output(pageOf(groupSchema))
    .query(({ ctx, input, signal }) => listGroups(ctx.scope, input, signal)),

  group: cspProcedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/csp/groups/{id}',
        tag,
        summary: 'Get a group of violations',
        description: LAST_DAY,
      },
    })
    .input(z.strictObject({ id: groupIdSchema, ...cspFilters }))
    .output(groupDetailSchema)
    .query(({ ctx, input, signal }) => getGroup(ctx.scope, input, signal)),

  timeline: cspProcedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/csp/timeline',
        tag,
        summary: 'Count violations over time',
        description: `By directive, in buckets whose length depends on the range. ${LAST_DAY}`,
      },
    })
    .input(z.strictObject({ ...cspFilters, muted }).prefault({}))
    .output(timelineSchema)
    .query(({ ctx, input, signal }) => getTimeline(ctx.scope, input, signal)),

  /** For the pages: whether what browsers report can be kept at all. */
  logState: cspProcedure
    .meta({ needs: read })
    .input(z.void())
    .output(z.object({ write_error: z.string().nullable() }))
    .query(({ ctx }) => ({ write_error: ctx.scope.platform.cspLog.writeError() })),

  coverage: cspProcedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/csp/coverage',
        tag,
        summary: 'List the browsers that report, and how',
        description: 'Without `since`, the range is the seven days before `until` or now.',
      },
    })
    .input(z.strictObject(cspFilters).prefault({}))
    .output(coverageSchema)
    .query(({ ctx, input, signal }) => getCoverage(ctx.scope, input, signal)),

  policies: cspProcedure
    .meta({ needs: read })
    .input(z.strictObject(cspFilters).prefault({}))
    .output(policiesSchema)
    .query(({ ctx, input, signal }) => listPolicies(ctx.scope, input, signal)),
});
