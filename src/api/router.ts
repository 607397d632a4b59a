import { accountRouter } from '#features/account/router.ts';
import { auditLogRouter } from '#features/audit-log/router.ts';
import { apiKeysRouter, organizationRouter, sessionRouter, setupRouter, signInRouter } from '#features/auth/router.ts';
import { connectorsRouter, connectorTypesRouter } from '#features/connectors/router.ts';
import { cspRouter } from '#features/csp/router.ts';
import { deliveriesRouter, webhooksRouter } from '#features/deliveries/router.ts';
import { eventsRouter, eventTypesRouter } from '#features/events/router.ts';
import { invitationsRouter, membersRouter } from '#features/members/router.ts';
import { organizationDeletionRouter } from '#features/organization-deletion/router.ts';
import { pipelineRunsRouter } from '#features/pipeline-runs/router.ts';
import { sourcesRouter } from '#features/sources/router.ts';
import { toolsRouter } from '#features/tools/router.ts';
import { router } from '#platform/procedure.ts';

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
