import { auditLogRouter } from '#features/audit-log/router.ts';
import { connectorsRouter, connectorTypesRouter } from '#features/connectors/router.ts';
import { cspRouter } from '#features/csp/router.ts';
import { deliveriesRouter, webhooksRouter } from '#features/deliveries/router.ts';
import { eventTypesRouter } from '#features/event-types/router.ts';
import { eventsRouter } from '#features/events/router.ts';
import { organizationDeletionRouter } from '#features/organization-deletion/router.ts';
import { accountRouter } from '#features/people/account/router.ts';
import {
  apiKeysRouter,
  organizationRouter,
  sessionRouter,
  setupRouter,
  signInRouter,
} from '#features/people/auth/router.ts';
import { invitationsRouter, membersRouter } from '#features/people/members/router.ts';
import { pipelineRunsRouter } from '#features/pipeline-runs/router.ts';
import { sourcesRouter } from '#features/sources/router.ts';
import { toolsRouter } from '#features/tools/router.ts';
import { router } from '#platform/trpc/procedure.ts';

/** Every procedure there is: tRPC serves them all, REST those whose meta names a path. */
export const appRouter = router({
  account: accountRouter,
  apiKeys: apiKeysRouter,
  auditLog: auditLogRouter,
  connectors: connectorsRouter,
  connectorTypes: connectorTypesRouter,
  csp: cspRouter,
  deliveries: deliveriesRouter,
  eventTypes: eventTypesRouter,
  events: eventsRouter,
  invitations: invitationsRouter,
  members: membersRouter,
  organization: organizationRouter,
  organizationDeletion: organizationDeletionRouter,
  pipelineRuns: pipelineRunsRouter,
  session: sessionRouter,
  setup: setupRouter,
  signIn: signInRouter,
  sources: sourcesRouter,
  webhooks: webhooksRouter,
  tools: toolsRouter,
});

export type AppRouter = typeof appRouter;
