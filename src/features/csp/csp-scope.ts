import { firstOrganizationId } from '#features/people/organization/organization.ts';
import type { Scope } from '#platform/scope.ts';
import { procedure } from '#platform/trpc/procedure.ts';
import { Refusal } from '#platform/trpc/refusal.ts';

declare const admitted: unique symbol;

/** A scope whose caller may see CSP reports. Only `cspScope` makes one, and every question about reports takes one. */
export type CspScope = Scope & { readonly [admitted]: true };

/**
 * CSP reports come from browsers, which know of no organization: they belong to the installation, and its first
 * organization sees them.
 * @throws Refusal FORBIDDEN for the others.
 */
export async function cspScope(scope: Scope): Promise<CspScope> {
  if ((await firstOrganizationId(scope.platform)) === scope.organization_id) return scope as CspScope;
  throw new Refusal(
    'FORBIDDEN',
    'CSP reports belong to the whole installation. Only members of its first organization can see them.',
  );
}

/** A procedure of those who may see CSP reports. */
export const cspProcedure = procedure.use(async ({ ctx, next }) =>
  next({ ctx: { ...ctx, scope: await cspScope(ctx.scope) } }),
);
