import { apiKeysRouter, organizationRouter, sessionRouter, setupRouter } from '#features/auth/router.ts';
import { connectorsRouter, connectorTypesRouter } from '#features/connectors/router.ts';
import { router } from '#platform/procedure.ts';

/** Every procedure there is: tRPC serves them all, REST those whose meta names a path. */
export const appRouter = router({
  apiKeys: apiKeysRouter,
  connectors: connectorsRouter,
  connectorTypes: connectorTypesRouter,
  organization: organizationRouter,
  session: sessionRouter,
  setup: setupRouter,
});

export type AppRouter = typeof appRouter;
