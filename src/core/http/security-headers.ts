import { withPlainLetters } from './plain-letters.ts';

/** Browser features that none of our pages use (Permissions Policy, section 4). */
const UNUSED_FEATURES = [
  'accelerometer',
  'autoplay',
  'camera',
  'display-capture',
  'encrypted-media',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'usb',
  'xr-spatial-tracking',
];

const A_YEAR_SECONDS = 365 * 24 * 60 * 60;
/** For responses other than pages: opened directly in a browser, they load nothing but the icon. */
export const NO_PAGE_POLICY = "default-src 'none'; img-src 'self'; frame-ancestors 'none'";
/**
 * Pages have their own policy (src/proxy.ts). Next's files are parts of pages, and workers inherit the policy of their
 * file.
 */
const IS_NO_PAGE = /^\/(?:api(?!\/docs\/?(?:$|\?))(?:[/?]|$)|[^/?]+\.(?:svg|ico)(?:$|\?))/;

/**
 * The default security headers of a response (OWASP, HTTP Headers Cheat Sheet). HSTS is sent only with TLS (RFC 6797,
 * section 7.2), and doesn't include subdomains.
 * @param target the requested path with its query, or a full URL
 * @param isHttps whether PUBLIC_URL uses HTTPS
 */
export const securityHeaders = (target: string, isHttps: boolean): Record<string, string> => ({
  ...(IS_NO_PAGE.test(withPlainLetters(target.replace(/^https?:\/\/[^/?#]*/i, ''))) && {
    'Content-Security-Policy': NO_PAGE_POLICY,
  }),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': UNUSED_FEATURES.map((feature) => `${feature}=()`).join(', '),
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  ...(isHttps && { 'Strict-Transport-Security': `max-age=${A_YEAR_SECONDS}` }),
});
