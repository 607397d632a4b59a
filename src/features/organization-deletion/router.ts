import { z } from 'zod';
import { procedure, router } from '#platform/trpc/procedure.ts';
import { deleteOrganization } from './delete-organization.ts';
import { deleteOrganizationInput, deletionSummarySchema } from './schema.ts';
import { summarizeDeletion } from './summarize-deletion.ts';

/** An organization is its owners' to delete: no key reaches it. */
const own = { role: 'owner', scope: null } as const;

export const organizationDeletionRouter = router({
  summary: procedure
    .meta({ needs: own })
    .output(deletionSummarySchema)
    .query(({ ctx }) => summarizeDeletion(ctx.scope)),
  delete: procedure
    .meta({ needs: own, fresh: 'always' })
    .input(deleteOrganizationInput)
    .output(z.void())
    .mutation(({ ctx, input }) => deleteOrganization(ctx.scope, input.name)),
});
