import { createHmac } from 'node:crypto';
import type { Platform } from '#platform/scope.ts';

/** Browsers send cookies to every port of a host, so two consoles on one machine need different cookie names. */
export const cookiePrefixOf = ({ secrets }: Pick<Platform, 'secrets'>): string =>
  `honeyframe-${createHmac('sha256', secrets.authSecret).update('cookie name').digest('hex').slice(0, 8)}`;
