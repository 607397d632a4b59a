import { z } from 'zod';
import { actorSchema } from '#features/people/auth/schema.ts';
import { pageOf, timeSchema } from '#platform/trpc/paging.ts';
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

const note = z
  .string()
  .trim()
  .max(500, 'Give at most 500 characters.')
  .default('')
  .meta({ description: 'Why, for whoever wonders later.', example: 'The old banner: it goes in January.' });

/** Groups that nobody wants to hear of. */
export const muteProcedures = {
  mutes: cspProcedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/csp/mutes',
        tag,
        summary: 'List muted groups',
        description: 'The latest first; all of them are on one page.',
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
        description: 'It is hidden in the overview and never told as an alert; its reports are still written.',
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
        summary: 'Lift the mute of a group',
      },
    })
    .input(z.strictObject({ id: groupIdSchema }))
    .output(z.void())
    .mutation(({ ctx, input }) => unmuteGroup(ctx.scope, input.id)),
};
