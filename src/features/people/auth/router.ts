import { z } from 'zod';
import { createApiKey } from '#features/people/api-keys/create-api-key.ts';
import { revokeApiKey } from '#features/people/api-keys/revoke-api-key.ts';
import { createOrganization } from '#features/people/organization/create-organization.ts';
import { firstOrganizationId } from '#features/people/organization/organization.ts';
import { updateOrganization } from '#features/people/organization/update-organization.ts';
import { requestReset } from '#features/people/passwords/request-reset.ts';
import { createFirstAdmin } from '#features/people/set-up/create-first-admin.ts';
import { isSetUp, isSetupToken } from '#features/people/set-up/set-up-token.ts';
import { idSchema } from '#platform/trpc/fields.ts';
import { pageInput, pageOf } from '#platform/trpc/paging.ts';
import { isFresh, procedure, publicProcedure, router } from '#platform/trpc/procedure.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { listApiKeys } from '../api-keys/list-api-keys.ts';
import { getOrganization } from '../organization/get-organization.ts';
import { listOrganizations } from '../organization/list-organizations.ts';
import { takeAddressTry } from './limit-sign-in.ts';
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

/** Only people can manage API keys. No scope of a key allows it. */
export const apiKeysRouter = router({
  list: procedure
    .meta({ needs: { role: 'member', scope: null } })
    .input(z.strictObject(pageInput).prefault({}))
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
    .input(updateOrganizationInput.prefault({}))
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

/** Procedures for people who haven't signed in yet. */
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
          'This is not the set-up link of this console. Open the link that the console printed when it started.',
        );
      }
      await attempt.succeeded();
      await createFirstAdmin(ctx.platform, admin, { ip: ctx.ip, user_agent: ctx.user_agent });
      return { email: admin.email.toLowerCase() };
    }),
});
