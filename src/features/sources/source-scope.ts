import { firstOrganizationId } from '#features/people/organization/first-organization.ts';
import { procedure } from '#platform/trpc/procedure.ts';
import { Refusal } from '#platform/trpc/refusal.ts';

/**
 * A procedure about the change stream, which is one for the whole installation and sees the rows of all: members of the
 * first organization look after it. What it makes of a row goes to the row's own organization.
 */
export const sourceProcedure = procedure.use(async ({ ctx, next }) => {
  if ((await firstOrganizationId(ctx.platform)) === ctx.scope.organization_id) return next();
  throw new Refusal(
    'FORBIDDEN',
    'The change stream belongs to the whole installation. Only members of its first organization can see it.',
  );
});
