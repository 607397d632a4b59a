import type { Platform } from '#platform/scope.ts';
import { Refusal } from '#platform/trpc/refusal.ts';

/** @throws Refusal FORBIDDEN where people sign in by single sign-on alone. */
export function assertPasswordsAreOn({ config }: Pick<Platform, 'config'>): void {
  if (!config.passwordSignIn)
    throw new Refusal('FORBIDDEN', `Signing in with a password is turned off. Use ${config.oidc?.name}.`);
}
