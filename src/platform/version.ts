import packageJson from '../../package.json' with { type: 'json' };

export const VERSION = packageJson.version;

/** Names us to whoever receives a request of ours. */
export const USER_AGENT = `Honeyframe-Webhooks/${VERSION}`;
