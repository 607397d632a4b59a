import { firstOrganizationId } from '#features/people/organization/organization.ts';
import { procedure } from '#platform/trpc/procedure.ts';
import { Refusal } from '#platform/trpc/refusal.ts';

/**
 * A procedure of the change stream. The whole installation has one stream, which reads the rows of all organizations, so
 * only members of the first organization manage it. Each event belongs to the organization that its row names.
 */
export const sourceProcedure = procedure.use(async ({ ctx, next }) => {
  if ((await firstOrganizationId(ctx.platform)) === ctx.scope.organization_id) return next();
  throw new Refusal(
    'FORBIDDEN',
    'The change stream belongs to the whole installation. Only members of its first organization can see it.',
  );
});
