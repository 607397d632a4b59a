import { createApiKey } from '#features/people/api-keys/create-api-key.ts';
import { createApiKeyInput } from '#features/people/auth/schema.ts';
import { findOrCreateOrganization } from '#features/people/organization/organization.ts';
import { egressAllowFor } from '#platform/config.ts';
import { issuesOf } from '#platform/http/error-body.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import { notFound, summary } from '#platform/trpc/refusal.ts';
import { COMMAND_LINE, type Command, UsageError } from './command.ts';

/** Prints just the key, so that a script can take it. */
export const createApiKeyCommand: Command = {
  name: 'api-keys create',
  takes: '--name NAME --scopes read,write,publish,invoke [--org SLUG] [--expires-at 2027-01-31T00:00:00Z]',
  does: 'creates an API key and prints it',
  options: ['name', 'scopes', 'org', 'expires-at'],
  prepare({ name, scopes, org, 'expires-at': expires_at }) {
    if (name === undefined) throw new UsageError('Give the key a name with --name.');
    if (scopes === undefined) throw new UsageError('Give the key its scopes with --scopes.');
    const input = createApiKeyInput.safeParse({
      name,
      scopes: scopes.split(',').map((scope) => scope.trim()),
      expires_at,
    });
    if (!input.success) throw new UsageError(summary(input.error.issues.flatMap((issue) => issuesOf(issue))));
    return async (platform) => {
      const organization = await inTransaction(platform.database, (tx) => findOrCreateOrganization(tx, org));
      if (!organization) throw notFound(`organization ${org}`);
      const { key } = await createApiKey(
        {
          platform,
          organization_id: organization.id,
          actor: COMMAND_LINE,
          ip: null,
          user_agent: null,
          egressAllow: egressAllowFor(platform.config, null),
        },
        input.data,
      );
      return key;
    };
  },
};
