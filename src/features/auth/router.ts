import { z } from 'zod';
import { idSchema, pageInput, pageOf } from '#platform/paging.ts';
import { isFresh, procedure, publicProcedure, router } from '#platform/procedure.ts';
import { Refusal } from '#platform/refusal.ts';
import { createApiKey } from './create-api-key.ts';
import { createFirstAdmin } from './create-first-admin.ts';
import { createOrganization } from './create-organization.ts';
import { firstOrganizationId } from './first-organization.ts';
import { takeAddressTry } from './limit-sign-in.ts';
import { getOrganization, listApiKeys, listOrganizations } from './queries.ts';
import { requestReset } from './request-reset.ts';
import { revokeApiKey } from './revoke-api-key.ts';
import {
  apiKeySchema,
  completeSetUpInput,
  createApiKeyInput,
  createOrganizationInput,
  listedApiKeySchema,
  organizationSchema,
  requestResetInput,
  sessionSchema,
  signInOptionsSchema,
  updateOrganizationInput,
} from './schema.ts';
import { listSecurityNotices } from './security-notices.ts';
import { isSetUp, isSetupToken } from './set-up-token.ts';
import { updateOrganization } from './update-organization.ts';

/** Keys are for people to manage: no scope of a key reaches them. */
export const apiKeysRouter = router({
  list: procedure
    .meta({ needs: { role: 'member', scope: null } })
    .input(z.strictObject(pageInput))
    .output(pageOf(listedApiKeySchema))
    .query(({ ctx, input }) => listApiKeys(ctx.scope, input)),
  create: procedure
    .meta({ needs: { role: 'admin', scope: null }, fresh: 'always' })
    .input(createApiKeyInput)
    .output(apiKeySchema.extend({ key: z.string() }))
    .mutation(({ ctx, input }) => createApiKey(ctx.scope, input)),
  revoke: procedure
    .meta({ needs: { role: 'admin', scope: null }, fresh: 'always' })
    .input(z.strictObject({ id: idSchema }))
    .output(apiKeySchema)
    .mutation(({ ctx, input }) => revokeApiKey(ctx.scope, input.id)),
});

export const organizationRouter = router({
  get: procedure
    .meta({ needs: { role: 'member', scope: 'read' } })
    .output(organizationSchema)
    .query(({ ctx }) => getOrganization(ctx.scope, ctx.caller)),
  create: procedure
    .meta({ needs: { role: 'member', scope: null } })
    .input(createOrganizationInput)
    .output(z.object({ id: z.string() }))
    .mutation(({ ctx, input }) => createOrganization(ctx.scope, input.name)),
  update: procedure
    .meta({ needs: { role: 'admin', scope: null }, fresh: 'always' })
    .input(updateOrganizationInput)
    .output(organizationSchema)
    .mutation(({ ctx, input }) => updateOrganization(ctx.scope, ctx.caller, input)),
});

export const sessionRouter = router({
  get: procedure
    .meta({ needs: { role: 'member', scope: null, before_two_factor: true } })
    .output(sessionSchema)
    .query(async ({ ctx }) => {
      if (ctx.caller.kind !== 'user') throw new Error('Only people have sessions.');
      const { id, name, email, role, organization_id, lacks_two_factor = false } = ctx.caller;
      const [organization, organizations, firstId, person, security_notices] = await Promise.all([
        getOrganization(ctx.scope, ctx.caller),
        listOrganizations(ctx.platform, id),
        firstOrganizationId(ctx.platform),
        ctx.platform.database.user.findUnique({ where: { id }, select: { emailVerified: true } }),
        listSecurityNotices(ctx.platform, id),
      ]);
      return {
        user: { id, name, email, email_confirmed: person?.emailVerified ?? false },
        organization,
        organizations,
        role,
        lacks_two_factor,
        sees_csp_reports: firstId === organization_id,
        security_notices,
        is_fresh: isFresh(ctx.caller),
      };
    }),
});

/** For who has not signed in yet. */
export const signInRouter = router({
  options: publicProcedure
    .meta({ needs: 'nobody' })
    .output(signInOptionsSchema)
    .query(({ ctx: { platform } }) => ({
      password: platform.config.passwordSignIn,
      mail: platform.config.smtp !== undefined,
      sso: platform.config.oidc?.name ?? null,
    })),
  requestReset: publicProcedure
    .meta({ needs: 'nobody' })
    .input(requestResetInput)
    .output(z.void())
    .mutation(({ ctx, input }) => requestReset(ctx.platform, input.email, ctx.ip)),
});

export const setupRouter = router({
  status: publicProcedure
    .meta({ needs: 'nobody' })
    .output(z.object({ needed: z.boolean() }))
    .query(async ({ ctx }) => ({ needed: !(await isSetUp(ctx.platform)) })),
  complete: publicProcedure
    .meta({ needs: 'nobody' })
    .input(completeSetUpInput)
    .output(z.object({ email: z.string() }))
    .mutation(async ({ ctx, input: { token, ...admin } }) => {
      const attempt = await takeAddressTry(ctx.platform, ctx.ip);
      if (!isSetupToken(ctx.platform, token)) {
        throw new Refusal(
          'FORBIDDEN',
          'The set-up link is not the one of this console: open the link that its start printed.',
        );
      }
      await attempt.succeeded();
      await createFirstAdmin(ctx.platform, admin, { ip: ctx.ip, user_agent: ctx.user_agent });
      return { email: admin.email.toLowerCase() };
    }),
});
