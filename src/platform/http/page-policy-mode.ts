import { randomBytes } from 'node:crypto';
import { type PagePolicy, POLICY_HEADERS, pagePolicy, reportingEndpoints } from '#core/http/page-policy.ts';
import type { PrismaClient } from '#platform/generated/prisma/client.ts';
import { type Config, isDevelopment } from '../config.ts';

type Mode = PagePolicy['mode'];

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

/**
 * A page's content security policy, with a nonce of its own.
 * @returns the nonce in base64, and the headers of the answer.
 */
export function newPagePolicy(
  { csp, publicUrl }: Pick<Config, 'csp' | 'publicUrl'>,
  page: PagePolicy['page'],
): { nonce: string; headers: Record<string, string> } {
  const mode = csp.mode ?? (globalThis as Sharing)[SHARED] ?? 'report';
  const isHttps = publicUrl?.startsWith('https:') ?? false;
  const nonce = randomBytes(16).toString('base64');
  const policy = pagePolicy({ mode, isHttps, isDevelopment: isDevelopment(), nonce, page });
  return {
    nonce,
    headers: {
      [POLICY_HEADERS[mode]]: policy,
      ...(isHttps && { 'reporting-endpoints': reportingEndpoints(mode) }),
    },
  };
}
