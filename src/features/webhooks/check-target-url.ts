import type { Scope } from '#platform/scope.ts';
import { invalid } from '#platform/trpc/refusal.ts';

/** What the outbound rules say about a receiver's address, with each address that its name resolves to. */
export async function checkUrl({ platform, egressAllow }: Scope, target_url: string) {
  const { host, addresses, ...verdict } = await platform.outbound.check(target_url, egressAllow);
  return {
    allowed: verdict.allowed,
    host,
    addresses: addresses.map(({ address, rule, allowed }) => ({ address, rule, allowed })),
    message: verdict.allowed ? null : verdict.message,
  };
}

/**
 * Refuses a URL to which no delivery could be sent. The address is checked again for every connection.
 * @throws Refusal VALIDATION
 */
export async function assertReachable(scope: Scope, target_url: string): Promise<void> {
  const { allowed, message } = await checkUrl(scope, target_url);
  if (!allowed)
    throw invalid({ path: ['target_url'], message: message ?? 'The outbound rules don’t allow this address.' });
}
