import type { PrismaClient } from '#platform/generated/prisma/client.ts';
import type { Config } from '../config.ts';

type Mode = 'report' | 'enforce';

const SHARED = Symbol.for('honeyframe.page-policy-mode');
type Sharing = typeof globalThis & { [SHARED]?: Mode };

/**
 * Settles what the pages' policy does: what CSP_MODE says, or else what the installation began with. Those that were there
 * before enforcing became the default keep to reports.
 */
export async function settlePolicyMode({ csp }: Config, database: PrismaClient): Promise<void> {
  const { csp_enforced } = await database.installation.findUniqueOrThrow({
    where: { id: 1 },
    select: { csp_enforced: true },
  });
  (globalThis as Sharing)[SHARED] = csp.mode ?? (csp_enforced ? 'enforce' : 'report');
}

/** The mode that this process has settled, for the copy of our code that Next bundled; undefined before that. */
export const policyMode = (): Mode | undefined => (globalThis as Sharing)[SHARED];
