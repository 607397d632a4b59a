import { z } from 'zod';
import { idSchema } from '#platform/trpc/fields.ts';
import { pageInput, pageOf } from '#platform/trpc/paging.ts';
import { type Caller, procedure, publicProcedure, type Role, router } from '#platform/trpc/procedure.ts';
import { acceptInvitation } from './accept-invitation.ts';
import { changeMemberEmail } from './change-member-email.ts';
import { changeRole } from './change-role.ts';
import { createMemberResetLink } from './create-member-reset-link.ts';
import { openInvitation } from './find-invitation.ts';
import { inviteMember } from './invite-member.ts';
import { listInvitations } from './list-invitations.ts';
import { listMembers } from './list-members.ts';
import { leaveOrganization, removeMember } from './remove-member.ts';
import { resetMemberTwoFactor } from './reset-member-two-factor.ts';
import { revokeInvitation } from './revoke-invitation.ts';
import {
  acceptedSchema,
  acceptInvitationInput,
  changeMemberEmailInput,
  changeRoleInput,
  endedOutput,
  invitationSchema,
  invitationTokenInput,
  inviteInput,
  memberSchema,
  newInvitationSchema,
  openInvitationSchema,
} from './schema.ts';

const read = { role: 'member', scope: null } as const;
const manage = { role: 'admin', scope: null } as const;
const byId = z.strictObject({ id: idSchema });

/** Only people can manage people. No scope of a key allows it. */
function roleOf(caller: Exclude<Caller, { kind: 'nobody' }>): Role {
  if (caller.kind !== 'user') throw new Error('Only people manage people.');
  return caller.role;
}

export const membersRouter = router({
  list: procedure
    .meta({ needs: read })
    .input(z.strictObject(pageInput).prefault({}))
    .output(pageOf(memberSchema))
    .query(({ ctx, input }) => listMembers(ctx.scope, input)),
  changeRole: procedure
    .meta({ needs: manage, fresh: 'always' })
    .input(changeRoleInput)
    .output(endedOutput)
    .mutation(async ({ ctx, input }) => ({ ended: await changeRole(ctx.scope, roleOf(ctx.caller), input) })),
  changeEmail: procedure
    .meta({ needs: manage, fresh: 'always' })
    .input(changeMemberEmailInput)
    .output(endedOutput)
    .mutation(async ({ ctx, input }) => ({
      ended: await changeMemberEmail(ctx.scope, roleOf(ctx.caller), input.id, input.email),
    })),
  remove: procedure
    .meta({ needs: manage, fresh: 'always' })
    .input(byId)
    .output(endedOutput)
    .mutation(async ({ ctx, input }) => ({ ended: await removeMember(ctx.scope, roleOf(ctx.caller), input.id) })),
  createResetLink: procedure
    .meta({ needs: manage, fresh: 'always' })
    .input(byId)
    .output(z.object({ path: z.string() }))
    .mutation(({ ctx, input }) => createMemberResetLink(ctx.scope, roleOf(ctx.caller), input.id)),
  resetTwoFactor: procedure
    .meta({ needs: manage, fresh: 'always' })
    .input(byId)
    .output(z.void())
    .mutation(({ ctx, input }) => resetMemberTwoFactor(ctx.scope, roleOf(ctx.caller), input.id)),
  leave: procedure
    .meta({ needs: { ...read, before_two_factor: true }, fresh: 'always' })
    .output(endedOutput)
    .mutation(async ({ ctx }) => ({ ended: await leaveOrganization(ctx.scope) })),
});

export const invitationsRouter = router({
  list: procedure
    .meta({ needs: manage })
    .input(z.strictObject(pageInput).prefault({}))
    .output(pageOf(invitationSchema))
    .query(({ ctx, input }) => listInvitations(ctx.scope, input)),
  create: procedure
    .meta({ needs: manage, fresh: 'always' })
    .input(inviteInput)
    .output(newInvitationSchema)
    .mutation(({ ctx, input }) => inviteMember(ctx.scope, roleOf(ctx.caller), input)),
  revoke: procedure
    .meta({ needs: manage, fresh: 'always' })
    .input(byId)
    .output(z.void())
    .mutation(({ ctx, input }) => revokeInvitation(ctx.scope, input.id)),
  open: publicProcedure
    .meta({ needs: 'nobody' })
    .input(invitationTokenInput)
    .output(openInvitationSchema)
    .query(({ ctx, input }) => openInvitation(ctx.platform, ctx.caller, input.token)),
  accept: publicProcedure
    .meta({ needs: 'nobody' })
    .input(acceptInvitationInput)
    .output(acceptedSchema)
    .mutation(({ ctx, input }) => acceptInvitation(ctx.platform, ctx, input)),
});
