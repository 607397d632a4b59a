import type { Platform } from '#platform/scope.ts';
import { Refusal } from '#platform/trpc/refusal.ts';

/** @throws Refusal FORBIDDEN if people can only use single sign-on. */
export function assertPasswordsAreOn({ config }: Pick<Platform, 'config'>): void {
  if (!config.passwordSignIn)
    throw new Refusal('FORBIDDEN', `Signing in with a password is turned off. Use ${config.oidc?.name}.`);
}
