import type { Logger } from '#platform/log-files/log.ts';
import type { Config } from '../config.ts';

/**
 * Watches for a proxy that the console was not told of: all its people come from one address then, share one budget of
 * tries to sign in and of CSP reports, and one of them uses it up for all.
 * @returns to be called with what a request has in `X-Forwarded-For`, before the socket's own address is added: the first
 * one is warned of, once for each start.
 */
export function watchForwarded(
  { publicUrl, trustProxyHops }: Pick<Config, 'publicUrl' | 'trustProxyHops'>,
  log: Logger,
): (forwardedFor: string | string[] | undefined) => void {
  let isTold = publicUrl === undefined || trustProxyHops > 0;
  return (forwardedFor) => {
    if (isTold || forwardedFor === undefined) return;
    isTold = true;
    log.warn(
      { part: 'http' },
      'A request came with X-Forwarded-For, but TRUST_PROXY is 0: everybody who comes through that proxy counts as one client, and shares one limit on tries to sign in and on CSP reports. Set TRUST_PROXY to the number of proxies in front of the console.',
    );
  };
}
