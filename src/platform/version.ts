import packageJson from '../../package.json' with { type: 'json' };

export const VERSION = packageJson.version;

/** The `User-Agent` of our requests. */
export const USER_AGENT = `Honeyframe-Webhooks/${VERSION}`;
