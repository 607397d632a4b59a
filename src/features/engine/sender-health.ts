import { LRUCache } from 'lru-cache';
import type { FailureSide } from '#platform/outbound/outbound-http.ts';

export type SenderHealth = {
  /** A host answered, whatever it said: what leads there works. */
  answered: (host: string) => void;
  /** @returns whether a failure without an answer is this side's own, and says nothing about the receiver. */
  isOurs: (host: string, side: FailureSide) => boolean;
};

/** When a host last answered, and since when it has not, in milliseconds on any clock that does not go back. */
type Seen = { answeredAt: number | null; failingSince: number | null; failedAt: number };

const MOST_HOSTS = 5_000;

/**
 * Tells a receiver that is down from a network, a resolver or a proxy on this side that is: from one request both look the
 * same, so that the other hosts are asked. Since this host began to fail, has another one answered? Then this side works,
 * and it is the receiver. Has another one failed likewise, and none answered? Then it is this side. Nothing known of
 * others: what a failing resolver says is held to be this side's, and all else the receiver's.
 * @param now milliseconds, of a clock that does not go back.
 */
export function createSenderHealth(now: () => number = () => performance.now()): SenderHealth {
  const hosts = new LRUCache<string, Seen>({ max: MOST_HOSTS });

  function seen(host: string): Seen {
    const known = hosts.get(host);
    if (known) return known;
    const fresh = { answeredAt: null, failingSince: null, failedAt: 0 };
    hosts.set(host, fresh);
    return fresh;
  }

  return {
    answered(host) {
      const one = seen(host);
      one.answeredAt = now();
      one.failingSince = null;
    },

    isOurs(host, side) {
      if (side === 'there' || side === 'here') return side === 'here';
      const one = seen(host);
      one.failedAt = now();
      one.failingSince ??= one.failedAt;
      let othersFail = false;
      for (const [name, other] of hosts) {
        if (name === host) continue;
        if (other.answeredAt !== null && other.answeredAt >= one.failingSince) return false;
        if (other.failingSince !== null && other.failedAt >= one.failingSince) othersFail = true;
      }
      return othersFail || side === 'likely_here';
    },
  };
}
