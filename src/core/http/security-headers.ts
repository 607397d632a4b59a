import { withPlainLetters } from './plain-letters.ts';

/** Features of browsers that no page of ours uses (Permissions Policy, section 4). */
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
/** For what is no page: an answer that a browser opens by itself loads nothing but its icon. */
export const NO_PAGE_POLICY = "default-src 'none'; img-src 'self'; frame-ancestors 'none'";
/** Pages have a policy of their own (src/proxy.ts). Next's files are parts of pages, and workers take theirs from them. */
const IS_NO_PAGE = /^\/(?:api(?!\/docs\/?(?:$|\?))(?:[/?]|$)|[^/?]+\.(?:svg|ico)(?:$|\?))/;

/**
 * The security headers that an answer has unless its road says otherwise (OWASP, HTTP Headers Cheat Sheet). HSTS belongs to
 * TLS alone (RFC 6797, section 7.2), and says nothing of other names of the domain.
 * @param target what was asked for: a path with its query, or a whole URL
 * @param isHttps whether people come by https, by PUBLIC_URL
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
