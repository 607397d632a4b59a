import { z } from 'zod';

/** How much of what goes with the organization. */
export const deletionSummarySchema = z.object({
  name: z.string(),
  members: z.int(),
  api_keys: z.int(),
  connectors: z.int(),
  webhooks: z.int(),
  /** Deliveries that wait and would never be made. */
  pending_deliveries: z.int(),
  pipeline_runs: z.int(),
  /** Why it cannot be deleted; null when it can. */
  hindrance: z.string().nullable(),
});

export const deleteOrganizationInput = z.strictObject({
  /** The organization's name, typed to confirm. */
  name: z.string(),
});
