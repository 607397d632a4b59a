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
 * How long a process trusts what it has read of an API key. What another process revokes is refused here within a second,
 * also while no notification gets through, since none is needed.
 */
export const TRUSTED_MS = 900;

/** Far more than the programs that call at the same time; each entry is some 300 bytes. */
const MOST_KEYS = 10_000;

type Options = {
  /** Reads a key's row by the SHA-256 of the key. */
  load: (hash: Uint8Array) => Promise<FoundApiKey | null>;
  /** Milliseconds that never go back. */
  now: () => number;
};

/**
 * API keys as this process has read them within the last second, by their hashes. A key that is not valid is never kept, so
 * that made-up keys push out no real one.
 */
export function rememberApiKeys({ load, now }: Options) {
  const remembered = new LRUCache<string, { readAt: number; found: Promise<FoundApiKey | null> }>({ max: MOST_KEYS });
  return {
    find(key: string): Promise<FoundApiKey | null> {
      const hash = hashApiKey(key);
      const name = Buffer.from(hash).toString('base64url');
      const known = remembered.get(name);
      if (known && now() - known.readAt < TRUSTED_MS) return known.found;
      // It is as old as its question, since a revocation may come between that and the answer.
      const entry = { readAt: now(), found: load(hash) };
      const forget = () => {
        if (remembered.peek(name) === entry) remembered.delete(name);
      };
      remembered.set(name, entry);
      void entry.found.then((found) => (found && !found.revoked_at ? undefined : forget()), forget);
      return entry.found;
    },
    /** After a change in this process: the next call reads its key again. */
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

/** Lets this process read every API key again, after one was revoked. */
export const forgetApiKeys = (platform: Platform): void => apiKeysOf(platform).forgetAll();
