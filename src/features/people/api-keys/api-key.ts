import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'hfk_';

/** A new key: 256 random bits, told apart from other secrets by its prefix. */
export const generateApiKey = () => `${PREFIX}${randomBytes(32).toString('base64url')}`;

/** Enough to recognize a key by, too little to guess it. */
export const apiKeyPrefix = (key: string) => key.slice(0, 12);

/** A key of 256 random bits needs no slow hash: there is nothing to guess. */
export const hashApiKey = (key: string) => new Uint8Array(createHash('sha256').update(key).digest());
