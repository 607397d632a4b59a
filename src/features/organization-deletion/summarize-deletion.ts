import { firstOrganizationId } from '#features/people/organization/organization.ts';
import type { Scope } from '#platform/scope.ts';

/** What would go with the scope's organization, to be read before its name is typed. */
export async function summarizeDeletion({ platform, organization_id }: Scope) {
  const { database } = platform;
  const where = { organization_id };
  const [{ name }, members, api_keys, connectors, webhooks, pending_deliveries, pipeline_runs, firstId] =
    await Promise.all([
      database.organization.findUniqueOrThrow({ where: { id: organization_id }, select: { name: true } }),
      database.member.count({ where: { organizationId: organization_id } }),
      database.apiKey.count({ where: { ...where, revoked_at: null } }),
      database.connector.count({ where }),
      database.webhook.count({ where: { ...where, deleted_at: null } }),
      database.deliveryPending.count({ where }),
      database.pipelineRun.count({ where }),
      firstOrganizationId(platform),
    ]);
  return {
    name,
    members,
    api_keys,
    connectors,
    webhooks,
    pending_deliveries,
    pipeline_runs,
    hindrance: firstId === organization_id ? FIRST_STAYS : null,
  };
}

/** Its members see the CSP reports of the installation; another organization would see them after it. */
const FIRST_STAYS =
  'The first organization of an installation can’t be deleted, because the CSP reports belong to it. Rename it, or remove its members.';
