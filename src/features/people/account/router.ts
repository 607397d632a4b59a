import { z } from 'zod';
import { endedSchema } from '#core/ended.ts';
import { dismissSecurityNotice } from '#features/people/auth/security-notices.ts';
import { idSchema } from '#platform/trpc/fields.ts';
import { type Caller, procedure, publicProcedure, router } from '#platform/trpc/procedure.ts';
import { changeEmail, confirmEmail } from './change-email.ts';
import { changePassword } from './change-password.ts';
import { confirmIdentity, listProofs } from './confirm-identity.ts';
import { endOtherSessions, endSession } from './end-sessions.ts';
import { getTwoFactor } from './get-two-factor.ts';
import { listSessions } from './list-sessions.ts';
import {
  changeEmailInput,
  changePasswordInput,
  confirmEmailInput,
  confirmIdentityInput,
  dismissNoticeInput,
  openSessionSchema,
  proofsSchema,
  twoFactorSchema,
} from './schema.ts';

/** Only the person can use these procedures. API keys have no access to accounts. */
const own = { role: 'member', scope: null, before_two_factor: true } as const;

function personOf(caller: Exclude<Caller, { kind: 'nobody' }>) {
  if (caller.kind !== 'user') throw new Error('Only people have accounts.');
  return caller;
}

export const accountRouter = router({
  sessions: procedure
    .meta({ needs: own })
    .output(z.array(openSessionSchema))
    .query(({ ctx }) => {
      const { id, session_id } = personOf(ctx.caller);
      return listSessions(ctx.platform, id, session_id);
    }),
  twoFactor: procedure
    .meta({ needs: own })
    .output(twoFactorSchema)
    .query(({ ctx }) => getTwoFactor(ctx.platform, personOf(ctx.caller).id)),
  endSession: procedure
    .meta({ needs: own })
    .input(z.strictObject({ session_id: idSchema }))
    .output(z.void())
    .mutation(({ ctx, input }) => endSession(ctx.scope, input.session_id)),
  endOtherSessions: procedure
    .meta({ needs: own })
    .output(z.object({ ended: z.int() }))
    .mutation(async ({ ctx }) => ({ ended: await endOtherSessions(ctx.scope, personOf(ctx.caller).session_id) })),
  proofs: procedure
    .meta({ needs: own })
    .output(proofsSchema)
    .query(({ ctx }) => listProofs(ctx.platform, personOf(ctx.caller).id)),
  confirmIdentity: procedure
    .meta({ needs: own })
    .input(confirmIdentityInput)
    .output(z.void())
    .mutation(({ ctx, input }) => confirmIdentity(ctx.scope, personOf(ctx.caller), input)),
  dismissNotice: procedure
    .meta({ needs: own })
    .input(dismissNoticeInput)
    .output(z.void())
    .mutation(({ ctx, input }) => dismissSecurityNotice(ctx.scope, input.kind)),
  changeEmail: procedure
    .meta({ needs: own, fresh: 'takes_password' })
    .input(changeEmailInput)
    .output(z.literal('confirm'))
    .mutation(({ ctx, input }) => changeEmail(ctx.scope, personOf(ctx.caller), input)),
  /** Also for people who belong to no organization anymore. */
  confirmEmail: publicProcedure
    .meta({ needs: 'nobody' })
    .input(confirmEmailInput)
    .output(z.object({ email: z.string(), ended: endedSchema }))
    .mutation(({ ctx, input }) => confirmEmail(ctx.platform, ctx.caller, input.token)),
  changePassword: procedure
    .meta({ needs: own, fresh: 'takes_password' })
    .input(changePasswordInput)
    .output(z.object({ ended: endedSchema }))
    .mutation(async ({ ctx, input }) => ({ ended: await changePassword(ctx.scope, personOf(ctx.caller), input) })),
});
