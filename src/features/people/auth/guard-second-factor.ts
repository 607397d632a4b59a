import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api';
import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';
import { TooManyRequests } from '#platform/trpc/refusal.ts';
import { knownDeviceOf } from './known-device.ts';
import { type SignInTry, takeSignInTry } from './limit-sign-in.ts';
import { spendTotpCode } from './spend-totp-code.ts';

/** The sign-in library's routes that accept a code. */
const TOTP = '/two-factor/verify-totp';
const TAKES_CODES: readonly string[] = [TOTP, '/two-factor/verify-backup-code'];

const given = z.object({ code: z.string() });

/**
 * Runs before the sign-in library's check of a second factor. It counts attempts, also in a session, where the library
 * counts none, and accepts each code of the app only once. The library's own lock is off, because anybody who knows a
 * password could lock its owner out with it.
 */
export function guardSecondFactor(platform: Platform) {
  const tries = new WeakMap<Request, SignInTry>();
  return {
    before: createAuthMiddleware(async (ctx) => {
      if (!TAKES_CODES.includes(ctx.path)) return;
      const session = await getSessionFromCtx(ctx);
      const user = session?.user ?? (await halfSignedIn(ctx));
      // Without a known person, the library itself refuses the request.
      if (!user || !ctx.request) return;
      const headers = ctx.request.headers;
      const from = {
        ip: headers.get('x-honeyframe-client'),
        device: knownDeviceOf(platform, headers, user.email),
        session_id: session?.session.id,
      };
      const attempt = await takeSignInTry(platform, user.email, from, 'code').catch((error: unknown) => {
        if (!(error instanceof TooManyRequests)) throw error;
        throw new APIError(
          'TOO_MANY_REQUESTS',
          { code: 'TOO_MANY_CODES', message: error.message },
          { 'retry-after': String(error.retryAfterSeconds) },
        );
      });
      tries.set(ctx.request, attempt);
      if (ctx.path !== TOTP) return;
      const { code } = given.parse(ctx.body);
      if ((await spendTotpCode(platform, ctx.context.secretConfig, user.id, code)) === 'used')
        throw new APIError('UNAUTHORIZED', {
          code: 'CODE_ALREADY_USED',
          message: 'This code was already used. Wait for the next one.',
        });
    }),
    after: createAuthMiddleware(async (ctx) => {
      if (!TAKES_CODES.includes(ctx.path) || !ctx.request || ctx.context.returned instanceof Error) return;
      await tries.get(ctx.request)?.succeeded();
    }),
  };
}

type Context = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];

/** The person who entered the right password, identified by the cookie that says so. */
async function halfSignedIn(ctx: Context): Promise<{ id: string; email: string } | null> {
  const cookie = ctx.context.createAuthCookie('two_factor');
  const identifier = await ctx.getSignedCookie(cookie.name, ctx.context.secret);
  const half = identifier ? await ctx.context.internalAdapter.findVerificationValue(identifier) : null;
  return half ? ctx.context.internalAdapter.findUserById(half.value) : null;
}
