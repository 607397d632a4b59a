import { boundedMemo } from '#core/bounded-memo.ts';
import { clientAddress, networkOf, providerNetworkOf } from '#core/net/client-address.ts';
import { createWindowBudget } from '#core/window-budget.ts';

/** Who sends, as the limit counts: by the network of one client, and by its provider's. */
export type Client = { network: string; provider: string };

export type ReportLimit = {
  /** @param forwardedFor as `clientAddress` takes it. */
  clientOf(forwardedFor: string | null): Client;
  /** Takes reports of a client's budget, also more than are left. @returns 0, or in how many seconds it may send again. */
  take(client: Client, reports: number, now: number): number;
};

const MINUTE_MS = 60_000;
/** Networks that are counted by themselves in a minute: some 10 MB. */
const MOST_NETWORKS = 50_000;
const REMEMBERED = 2_000;
const LONGEST_KEY = 256;
const UNKNOWN: Client = { network: 'unknown', provider: 'unknown' };

/**
 * Limits how many reports a client may send per minute, counted in this process's memory. When a flood of addresses has
 * filled that memory, new clients share the budget of their provider's network, so that somebody who controls a
 * provider's addresses uses up only that provider's budget. When there is no memory for these either, all new clients
 * share one budget.
 */
export function createReportLimit(
  reportsPerMinute: number,
  trustedHops: number,
  mostNetworks = MOST_NETWORKS,
): ReportLimit {
  const networks = createWindowBudget(reportsPerMinute, MINUTE_MS, mostNetworks);
  const providers = createWindowBudget(reportsPerMinute, MINUTE_MS, mostNetworks);
  const others = createWindowBudget(reportsPerMinute, MINUTE_MS, 1);

  // To read an address takes longer than all else of the limit.
  const clientOf = boundedMemo<Client>(REMEMBERED, LONGEST_KEY, (forwardedFor) => {
    const address = clientAddress(forwardedFor, trustedHops);
    return address === null ? UNKNOWN : { network: networkOf(address), provider: providerNetworkOf(address) };
  });

  return {
    clientOf: (forwardedFor) => clientOf(forwardedFor ?? ''),
    take({ network, provider }, reports, now) {
      const waitMs =
        networks.take(network, reports, now) ??
        providers.take(provider, reports, now) ??
        others.take('others', reports, now) ??
        0;
      return Math.ceil(waitMs / 1_000);
    },
  };
}
