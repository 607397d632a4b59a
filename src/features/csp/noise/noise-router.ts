import { z } from 'zod';
import { timeSchema } from '#platform/trpc/fields.ts';
import { pageOf } from '#platform/trpc/paging.ts';
import { router } from '#platform/trpc/procedure.ts';
import { cspProcedure } from '../csp-scope.ts';
import { groupIdSchema } from '../schema.ts';
import { createNoiseRule } from './create-noise-rule.ts';
import { deleteNoiseRule } from './delete-noise-rule.ts';
import { listNoiseRules } from './list-noise-rules.ts';
import { countNoise, previewNoiseRule } from './noise-effects.ts';
import {
  noiseRuleInput,
  noiseRuleSchema,
  ownRuleIdSchema,
  previewNoiseRuleInput,
  updateNoiseRuleInput,
} from './noise-rule-schema.ts';
import { updateNoiseRule } from './update-noise-rule.ts';

const tag = 'CSP noise';
const read = { role: 'member', scope: 'read' } as const;
const write = { role: 'admin', scope: 'write' } as const;

/** The rules that classify violations as noise: the built-in ones and those of administrators. */
export const noiseRulesRouter = router({
  list: cspProcedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/csp/noise-rules',
        tag,
        summary: 'List noise rules',
        description: 'Your own rules, newest first, followed by the built-in ones. All on one page.',
      },
    })
    .output(pageOf(noiseRuleSchema))
    .query(({ ctx }) => listNoiseRules(ctx.scope)),

  create: cspProcedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/csp/noise-rules',
        status: 201,
        tag,
        summary: 'Create a noise rule',
        description:
          'The rule also applies to earlier violations. A violation matches if any of the hosts, schemes, or samples matches.',
        errors: ['CONFLICT'],
      },
    })
    .input(noiseRuleInput)
    .output(noiseRuleSchema)
    .mutation(({ ctx, input }) => createNoiseRule(ctx.scope, input)),

  update: cspProcedure
    .meta({
      needs: write,
      rest: {
        method: 'PATCH',
        path: '/api/csp/noise-rules/{id}',
        tag,
        summary: 'Change a noise rule',
        description: 'Fields that are left out keep their values. The change also applies to earlier violations.',
        versioned: true,
      },
    })
    .input(updateNoiseRuleInput)
    .output(noiseRuleSchema)
    .mutation(({ ctx, input }) => updateNoiseRule(ctx.scope, input)),

  delete: cspProcedure
    .meta({
      needs: write,
      rest: {
        method: 'DELETE',
        path: '/api/csp/noise-rules/{id}',
        status: 204,
        tag,
        summary: 'Delete a noise rule',
        description: 'Violations that only this rule matched are no longer noise, including earlier ones.',
      },
    })
    .input(z.strictObject({ id: ownRuleIdSchema }))
    .output(z.void())
    .mutation(({ ctx, input }) => deleteNoiseRule(ctx.scope, input.id)),

  hits: cspProcedure
    .meta({ needs: read })
    .output(z.object({ since: timeSchema, items: z.array(z.object({ id: z.string(), count: z.int() })) }))
    .query(({ ctx, signal }) => countNoise(ctx.scope, signal)),

  /** Changes nothing. It is a mutation because a rule can be too long for a URL. */
  preview: cspProcedure
    .meta({ needs: read })
    .input(previewNoiseRuleInput.prefault({}))
    .output(
      z.object({
        since: timeSchema,
        groups: z.int(),
        reports: z.int(),
        items: z.array(z.object({ id: groupIdSchema, title: z.string(), count: z.int() })),
      }),
    )
    .mutation(({ ctx, input, signal }) => previewNoiseRule(ctx.scope, input, signal)),
});
