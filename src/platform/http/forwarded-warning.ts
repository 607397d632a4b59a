import type { Logger } from '#platform/log-files/log.ts';
import type { Config } from '../config.ts';

/**
 * Watches for a proxy that is not configured. All its users then have the same address and share one budget of sign-in
 * attempts and CSP reports, which one of them can use up for all.
 * @returns a function to call with each request's `X-Forwarded-For`, before the socket's own address is added. It warns
 * once per start.
 */
export function watchForwarded(
  { publicUrl, trustProxyHops }: Pick<Config, 'publicUrl' | 'trustProxyHops'>,
  log: Logger,
): (forwardedFor: string | string[] | undefined) => void {
  let isReported = publicUrl === undefined || trustProxyHops > 0;
  return (forwardedFor) => {
    if (isReported || forwardedFor === undefined) return;
    isReported = true;
    log.warn(
      { part: 'http' },
      'A request has an X-Forwarded-For header, but TRUST_PROXY is 0, so everybody behind that proxy counts as one client and shares its limits on sign-in attempts and CSP reports. Set TRUST_PROXY to the number of proxies in front of the console.',
    );
  };
}
