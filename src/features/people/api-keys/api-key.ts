import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'hfk_';

/** A new key: 256 random bits, with a prefix that distinguishes it from other secrets. */
export const generateApiKey = () => `${PREFIX}${randomBytes(32).toString('base64url')}`;

/** The visible part of a key: long enough to recognize it, too short to guess the rest. */
export const apiKeyPrefix = (key: string) => key.slice(0, 12);

/** A key of 256 random bits needs no slow hash: there is nothing to guess. */
export const hashApiKey = (key: string) => new Uint8Array(createHash('sha256').update(key).digest());
