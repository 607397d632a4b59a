import { initTRPC } from '@trpc/server';
import type { z } from 'zod';
import { errorBody, knownError } from '#platform/http/error-body.ts';
import type { Asked } from '#platform/log-files/failure-log.ts';
import type { Actor } from '../actor.ts';
import { egressAllowFor } from '../config.ts';
import type { Platform, Scope } from '../scope.ts';
import { checkInput, type InputSource } from './check-input.ts';
import { type ContractCode, Refusal, SessionNotFresh, Unavailable } from './refusal.ts';

export const ROLES = ['member', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

export const API_KEY_SCOPES = ['read', 'write', 'publish', 'invoke'] as const;
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

/** The caller: a person in an organization, a program with its key, or nobody. */
export type Caller =
  | {
      kind: 'user';
      id: string;
      name: string;
      email: string;
      organization_id: string;
      role: Role;
      /** Of the session that asks. */
      session_id?: string;
      /** When the session's person last proved who they are; without it the session is not fresh. */
      authenticated_at?: Date | null;
      /** The organization requires a second factor, and this person has none yet: only their account is open to them. */
      lacks_two_factor?: boolean;
    }
  | { kind: 'api_key'; id: string; name: string; organization_id: string; scopes: readonly ApiKeyScope[] }
  | {
      kind: 'nobody';
      /** Signed in, but in no organization any more: all that is open is an invitation. */
      stranded?: { id: string };
    };

/** Who has signed in, also of those who are in no organization any more. */
export function personIdOf(caller: Caller): string | undefined {
  if (caller.kind === 'user') return caller.id;
  return caller.kind === 'nobody' ? caller.stranded?.id : undefined;
}

export type CallContext = InputSource & {
  platform: Platform;
  caller: Caller;
  ip: string | null;
  user_agent: string | null;
  /** The `Host` the request came to: local mode looks at it. */
  host: string | null;
  /** The request, for the log; absent where our own code calls. */
  asked?: Asked;
  /** How it was called, where that is not tRPC. */
  face?: 'rest' | 'mcp';
  /** The body of a REST request as it came, for what must be kept to the letter. */
  body_text?: string;
  /** Asks again who calls, for what outlasts a request; absent where our own code calls. */
  reauthenticate?: () => Promise<Caller>;
};

/**
 * What a procedure requires: the lowest role of a person, and the scope of an API key. Null means that no key can call
 * it. `nobody` is for procedures that work without signing in.
 */
export type Needs =
  | 'nobody'
  | {
      role: Role;
      scope: ApiKeyScope | null;
      /** Open also to who still has to set up the second factor that the organization requires. */
      before_two_factor?: true;
    };

export type RestMeta = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From `/api`, with `{name}` for what comes from the path. */
  path: `/api/${string}`;
  /** 200 by default. 204 sends no body. */
  status?: 200 | 201 | 202 | 204;
  summary: string;
  description?: string;
  tag: string;
  /** The document's body schema where the procedure learns its real one only from the row. */
  body?: z.ZodType;
  /** The media types of an answer that is a file: then the procedure answers with a `Download`. */
  file?: Readonly<Record<string, string>>;
  /** Fields that may also come as a header, in the header's place. */
  headerFields?: Readonly<Record<string, string>>;
  /** Whether the answer names its version, for callers that ask again and again: they get 304 while it is the same. */
  etag?: boolean;
  /** Whether answers carry their `version` as `ETag`; a change may then come with `If-Match`. */
  versioned?: boolean;
  /** The limit on the body, 1 MiB by default. */
  maxBodyBytes?: number;
  /** What else the caller may be answered, beyond what every procedure may. */
  errors?: readonly ContractCode[];
};

/**
 * Where a person must have proved lately who they are, so that a session that was left open or stolen changes no keys,
 * secrets and people: for every call; for those alone that change a secret, where the procedure calls `assertFresh`
 * itself; or never beforehand, since the call takes the password.
 */
export type Freshness = 'always' | 'for_secrets' | 'takes_password';

export type ProcedureMeta = { needs: Needs; fresh?: Freshness; rest?: RestMeta };

const t = initTRPC
  .context<CallContext>()
  .meta<ProcedureMeta>()
  .create({
    // A proxy hangs up on who is silent for a minute, and a browser learns of a dead connection only by silence.
    // A page notices within seconds that its stream is silent, and says so.
    sse: { ping: { enabled: true, intervalMs: 2_000 }, client: { reconnectAfterInactivityMs: 6_000 } },
    errorFormatter({ shape, error }) {
      const { body, status } = errorBody(error);
      return {
        ...shape,
        message: body.message,
        data: {
          code: shape.data.code,
          httpStatus: status,
          contract_code: body.code,
          issues: body.issues,
          reason: body.reason,
          current: body.current,
        },
      };
    },
  });

export const router = t.router;

const logged = t.middleware(async ({ ctx, path, getRawInput, next, signal }) => {
  // Null is what tRPC reads where a call has no input: the pages' client then sends an empty body, and others send `null`.
  const result = await next({ getRawInput: async () => (await getRawInput()) ?? undefined });
  // The client has disconnected and needs no answer, so work that was stopped is not a failure.
  if (result.ok) return result;
  const error = knownError(result.error);
  if (!signal?.aborted && (error instanceof Unavailable || errorBody(error).body.code === 'INTERNAL')) {
    ctx.platform.failures.note(error.cause ?? error, { procedure: path, ...ctx.asked }, `The procedure ${path} failed`);
  }
  return { ...result, error };
});

const loggedProcedure = t.procedure.use(logged);

/** For what must work before anybody has signed in: its meta says `needs: 'nobody'`. */
export const publicProcedure = loggedProcedure.use(async (asking) => {
  await checkInput(asking);
  return asking.next();
});

async function* untilItEnds<Item>(items: AsyncIterable<Item>, ended: () => void): AsyncGenerator<Item, void> {
  try {
    yield* items;
  } finally {
    ended();
  }
}

/**
 * Every other procedure: refused unless its meta's needs are met, and given the caller's scope. One middleware, since tRPC
 * copies the context for each.
 */
export const procedure = loggedProcedure.use(async (asking) => {
  const { ctx, meta, type, signal, next } = asking;
  const { needs, fresh } = meta ?? {};
  if (!needs || needs === 'nobody') throw new Error('A procedure must say in its meta which role and scope it needs.');
  const caller = admit(ctx.caller, needs);
  if (fresh === 'always') assertFresh(caller);
  const scope: Scope = {
    platform: ctx.platform,
    organization_id: caller.organization_id,
    actor: actorOf(caller),
    ip: ctx.ip,
    user_agent: ctx.user_agent,
    egressAllow: egressAllowFor(ctx.platform.config, ctx.host),
  };
  await checkInput(asking);
  if (type !== 'subscription') return next({ ctx: { caller, scope } });
  const giveBack = ctx.platform.quotas.openStream(scope.actor);
  signal?.addEventListener('abort', giveBack, { once: true });
  const result = await next({ ctx: { caller, scope } });
  if (result.ok) return { ...result, data: untilItEnds(result.data as AsyncIterable<unknown>, giveBack) };
  giveBack();
  return result;
});

/** How long a session counts as fresh after its person proved who they are. */
export const FRESH_MINUTES = 15;

/** PostgreSQL gives the time of a sign-in, and its clock may be this much ahead of a process's. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Whether a person proved who they are lately; what has no session needs none. */
export function isFresh(caller: Caller): boolean {
  if (caller.kind !== 'user') return true;
  const ageMs = Date.now() - (caller.authenticated_at?.getTime() ?? 0);
  // A time that is far ahead was written while a clock was wrong.
  return ageMs < FRESH_MINUTES * 60_000 && ageMs > -CLOCK_TOLERANCE_MS;
}

/**
 * Asks for a fresh session. An API key has none, and its scopes say what it may do.
 * @throws Refusal FORBIDDEN with the reason `session_not_fresh`, on which the pages ask for the password and repeat the call.
 */
export function assertFresh(caller: Caller): void {
  if (isFresh(caller)) return;
  throw new SessionNotFresh(
    `This requires a session whose person was verified in the last ${FRESH_MINUTES} minutes. Confirm your identity in the console, or sign in again, and repeat the request.`,
  );
}

/** Whether a caller could also do what needs this, for answers that show more to those. */
export const mayDo = (caller: Caller, needs: Exclude<Needs, 'nobody'>): boolean =>
  caller.kind === 'user'
    ? ROLES.indexOf(caller.role) >= ROLES.indexOf(needs.role)
    : caller.kind === 'api_key' && needs.scope !== null && caller.scopes.includes(needs.scope);

/** For who has signed in, but is a member nowhere. */
export const inNoOrganization = () =>
  new Refusal('FORBIDDEN', 'You no longer belong to an organization. Ask an owner to invite you.');

function admit(caller: Caller, needs: Exclude<Needs, 'nobody'>): Exclude<Caller, { kind: 'nobody' }> {
  if (caller.kind === 'nobody') {
    if (caller.stranded) throw inNoOrganization();
    throw new Refusal('UNAUTHENTICATED', 'Sign in, or send an API key as "Authorization: Bearer <key>".');
  }
  if (caller.kind === 'user') {
    if (caller.lacks_two_factor && !needs.before_two_factor) {
      throw new Refusal(
        'FORBIDDEN',
        'This organization requires two-factor authentication. Set it up on your account page.',
      );
    }
    if (ROLES.indexOf(caller.role) >= ROLES.indexOf(needs.role)) return caller;
    throw new Refusal(
      'FORBIDDEN',
      `This requires the role ${needs.role}, and yours is ${caller.role}. Ask an owner of the organization.`,
    );
  }
  if (needs.scope === null) {
    throw new Refusal('FORBIDDEN', 'API keys can’t do this. A person has to do it in the console.');
  }
  if (caller.scopes.includes(needs.scope)) return caller;
  throw new Refusal(
    'FORBIDDEN',
    `This requires an API key with the scope ${needs.scope}. Create one under Settings, API keys.`,
  );
}

const actorOf = (caller: Exclude<Caller, { kind: 'nobody' }>): Actor => ({
  type: caller.kind,
  id: caller.id,
  name: caller.name,
});
