import { z } from 'zod';
import { actorSchema } from '#features/people/auth/schema.ts';
import { textField, timeSchema } from '#platform/trpc/fields.ts';
import { pageOf } from '#platform/trpc/paging.ts';
import { cspProcedure } from '../csp-scope.ts';
import { groupIdSchema } from '../schema.ts';
import { muteGroup } from './mute-group.ts';
import { listMutes } from './mutes.ts';
import { unmuteGroup } from './unmute-group.ts';

const tag = 'CSP noise';
const read = { role: 'member', scope: 'read' } as const;
const write = { role: 'admin', scope: 'write' } as const;

const muteSchema = z
  .object({
    group: groupIdSchema,
    title: z.string(),
    note: z.string(),
    by: actorSchema,
    at: timeSchema,
  })
  .meta({ id: 'CspMute' });

const note = textField(500).trim().default('').meta({
  description: 'The reason, for others to read later.',
  example: 'Comes from the old banner, which we’ll remove in January.',
});

/** Groups that are hidden and cause no alerts. */
export const muteProcedures = {
  mutes: cspProcedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/csp/mutes',
        tag,
        summary: 'List muted groups',
        description: 'Newest first, all on one page.',
      },
    })
    .output(pageOf(muteSchema))
    .query(({ ctx }) => listMutes(ctx.scope)),

  muteGroup: cspProcedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/csp/groups/{id}/mute',
        status: 201,
        tag,
        summary: 'Mute a group of violations',
        description: 'Hides the group in the overview and stops alerts about it. Its reports are still logged.',
        errors: ['CONFLICT'],
      },
    })
    .input(z.strictObject({ id: groupIdSchema, note }))
    .output(muteSchema)
    .mutation(({ ctx, input, signal }) => muteGroup(ctx.scope, input, signal)),

  unmuteGroup: cspProcedure
    .meta({
      needs: write,
      rest: {
        method: 'DELETE',
        path: '/api/csp/groups/{id}/mute',
        status: 204,
        tag,
        summary: 'Unmute a group',
      },
    })
    .input(z.strictObject({ id: groupIdSchema }))
    .output(z.void())
    .mutation(({ ctx, input }) => unmuteGroup(ctx.scope, input.id)),
};
