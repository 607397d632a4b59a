import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { definePart } from '#platform/define-part.ts';
import type { Platform } from '#platform/scope.ts';
import { API_KEY_SCOPES } from '#platform/trpc/procedure.ts';
import { hashApiKey } from './api-key.ts';

const apiKey = z.object({
  id: z.string(),
  name: z.string(),
  organization_id: z.string(),
  scopes: z.array(z.enum(API_KEY_SCOPES)),
  expires_at: z.date().nullable(),
  revoked_at: z.date().nullable(),
  last_used_at: z.date().nullable(),
});

type FoundApiKey = z.infer<typeof apiKey>;

/**
 * How long a process caches an API key. A key that another process revoked is refused here within a second, without a
 * notification that could be lost.
 */
export const TRUSTED_MS = 900;

/** Far more than there are programs that call at the same time. Each entry takes about 300 bytes. */
const MOST_KEYS = 10_000;

type Options = {
  /** Reads a key's row by the SHA-256 of the key. */
  load: (hash: Uint8Array) => Promise<FoundApiKey | null>;
  /** Monotonic time in milliseconds. */
  now: () => number;
};

/**
 * A cache of the API keys that this process read within the last second, by hash. Invalid keys are never cached, so that
 * made-up keys can't displace valid ones.
 */
export function rememberApiKeys({ load, now }: Options) {
  const remembered = new LRUCache<string, { readAt: number; found: Promise<FoundApiKey | null> }>({ max: MOST_KEYS });
  return {
    find(key: string): Promise<FoundApiKey | null> {
      const hash = hashApiKey(key);
      const name = Buffer.from(hash).toString('base64url');
      const known = remembered.get(name);
      if (known && now() - known.readAt < TRUSTED_MS) return known.found;
      // The age counts from the start of the query, because the key may be revoked before the response arrives.
      const entry = { readAt: now(), found: load(hash) };
      const forget = () => {
        if (remembered.peek(name) === entry) remembered.delete(name);
      };
      remembered.set(name, entry);
      void entry.found.then((found) => (found && !found.revoked_at ? undefined : forget()), forget);
      return entry.found;
    },
    /** Called after a change in this process, so that the next call reads its key again. */
    forgetAll: () => remembered.clear(),
  };
}

const apiKeysOf = definePart('API keys', ({ pool }) =>
  rememberApiKeys({
    now: () => performance.now(),
    async load(hash) {
      const { rows } = await pool.query({
        name: 'api_key_by_hash',
        text: `select id, name, organization_id, scopes, expires_at, revoked_at, last_used_at from api_key where hash = $1`,
        values: [hash],
      });
      return rows[0] ? apiKey.parse(rows[0]) : null;
    },
  }),
);

/** @returns the row of an API key, at most `TRUSTED_MS` old; null for a key that does not exist. */
export const findApiKey = (platform: Platform, key: string): Promise<FoundApiKey | null> =>
  apiKeysOf(platform).find(key);

/** Clears the cache of this process after a key was revoked. */
export const forgetApiKeys = (platform: Platform): void => apiKeysOf(platform).forgetAll();
