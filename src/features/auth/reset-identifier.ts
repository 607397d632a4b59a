import { createHash } from 'node:crypto';

/** The form in which the sign-in library's /reset-password looks a token up. */
export const resetIdentifier = (token: string) => hashIdentifier(`reset-password:${token}`);

/** Whoever reads the database learns no token that is still good. */
export const hashIdentifier = (identifier: string) => createHash('sha256').update(identifier).digest('base64url');
