import { createHash } from 'node:crypto';
import type { prismaAdapter } from 'better-auth/adapters/prisma';

type MakeAdapter = ReturnType<typeof prismaAdapter>;
type Adapter = ReturnType<MakeAdapter>;

/** The arguments of the library's adapter: every method except `transaction` takes one of these. */
type Ask = {
  model: string;
  where?: { field: string; value: unknown }[];
  data?: Record<string, unknown>;
  update?: Record<string, unknown>;
};
type Method = (ask: Ask) => Promise<unknown>;

/**
 * The sign-in library's database adapter, except that a session's token is stored as its SHA-256, so reading the
 * database or a backup reveals no usable token. The library has no option for this and finds sessions only by their
 * tokens, so a row that was requested by its token is returned with that token.
 */
export const hashSessionTokens =
  (makeAdapter: MakeAdapter): MakeAdapter =>
  (options) =>
    withHashedTokens(makeAdapter(options));

function withHashedTokens<Wrapped extends Partial<Adapter>>(adapter: Wrapped): Wrapped {
  return new Proxy(adapter, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      if (name !== 'transaction') return hashing(method as Method);
      return (work: (inner: Partial<Adapter>) => unknown) =>
        (method as Adapter['transaction'])(async (inner) => work(withHashedTokens(inner)));
    },
  });
}

const hashing =
  (method: Method): Method =>
  async (ask) => {
    if (ask?.model !== 'session') return method(ask);
    const given = new Map<string, string>();
    const hashed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(hashed);
      if (typeof value !== 'string') return value;
      const hash = hashSessionToken(value);
      given.set(hash, value);
      return hash;
    };
    const withHash = (row: Record<string, unknown>) => ('token' in row ? { ...row, token: hashed(row.token) } : row);
    const found = await method({
      ...ask,
      ...(ask.where && {
        where: ask.where.map((part) => (part.field === 'token' ? { ...part, value: hashed(part.value) } : part)),
      }),
      ...(ask.data && { data: withHash(ask.data) }),
      ...(ask.update && { update: withHash(ask.update) }),
    });
    const asGiven = (row: unknown): unknown => {
      if (typeof row !== 'object' || row === null || !('token' in row)) return row;
      return { ...row, token: given.get(String(row.token)) ?? row.token };
    };
    return Array.isArray(found) ? found.map(asGiven) : asGiven(found);
  };

/** The same hash that the migration `hash_session_tokens` applied to existing tokens. */
export const hashSessionToken = (token: string): string => createHash('sha256').update(token).digest('hex');
