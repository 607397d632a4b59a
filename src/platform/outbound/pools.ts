import { LRUCache } from 'lru-cache';
import { type Dispatcher, Pool } from 'undici';
import type { ConnectionTimes, Dialler } from './dial.ts';
import type { Target } from './target.ts';

/** Bounds the memory of many different receivers. The connections of a pool that goes finish what they are doing. */
const MOST_POOLS = 500;

/**
 * Keep-alive connections, one pool for each origin and checked address: a request only ever gets a connection to an
 * address that was checked for this very request.
 */
export function createPools(dialler: Dialler, mostPools = MOST_POOLS) {
  const lastConnection = new Map<string, ConnectionTimes>();
  const pools = new LRUCache<string, Pool>({
    max: mostPools,
    dispose: (pool, key) => {
      lastConnection.delete(key);
      void pool.close().catch(() => {});
    },
  });
  return {
    get(target: Target, address: string): Dispatcher {
      const key = keyOf(target, address);
      const known = pools.get(key);
      if (known) return known;
      const pool = new Pool(target.origin, {
        connect: dialler.connectorFor(target, address, (times) => lastConnection.set(key, times)),
        allowH2: false,
        connections: null,
      });
      pools.set(key, pool);
      return pool;
    },

    /** The connection that was made in this time; null when the request went over one that was there. */
    connectedBetween(target: Target, address: string, from: number, to: number): ConnectionTimes | null {
      const times = lastConnection.get(keyOf(target, address));
      return times && times.at >= from && times.at <= to ? times : null;
    },

    /** The target's addresses, those first that took a connection before. */
    inOrder(target: Target): string[] {
      if (target.addresses.length === 1) return target.addresses;
      const known = (address: string) => Number(pools.has(keyOf(target, address)));
      return target.addresses.toSorted((one, other) => known(other) - known(one));
    },

    /** Makes the address one that took no connection. Requests that it already has come to their end. */
    forget(target: Target, address: string): void {
      pools.delete(keyOf(target, address));
    },

    /** Ends every connection, including requests in progress. */
    async close(): Promise<void> {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((pool) => pool.destroy()));
    },
  };
}

const keyOf = ({ origin }: Target, address: string): string => `${origin} ${address}`;
