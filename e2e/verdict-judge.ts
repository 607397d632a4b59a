import { matchPolicies } from '../src/core/csp/policy/match.ts';
import type { Violated } from './verdict-loads.ts';
import { loggedOfEvent } from './verdict-site.ts';

/** A verdict that the browser gave another answer to, in words. */
export type Wrong = string;

/** What may stay open although Chromium knows: no report tells it, or other browsers answer otherwise. */
const OPEN = [
  /^Only if the page puts the nonce on this (tag|element)\.$/,
  /^Only if the tag’s integrity attribute names one of the hashes\.$/,
  /^Only if one of the hashes is of exactly this code\.$/,
  /^Hosts do not count: only if the tag has the nonce, or a trusted script adds it\.$/,
  /^Only if a script that may run adds the element\.$/,
  /^The report does not tell (the whole path|what was blocked)\.$/,
  /^Browsers differ about a port/,
  /^Browsers differ: in default-src/,
  /^Browsers do not report which site/,
  /^Only where the browser enforces Trusted Types\.$/,
  /^Allowed once in a page:/,
];

/** Asks the workbench about a violation under a policy, and compares with what Chromium did. */
export function judge(policy: string, reported: Violated, isBlocked: boolean, what: string): Wrong[] {
  const { verdict, why } = matchPolicies(policy, loggedOfEvent(reported));
  const isRight =
    verdict === 'unknown' ? OPEN.some((reason) => reason.test(why)) : (verdict === 'blocked') === isBlocked;
  return isRight
    ? []
    : [`${policy}: Chromium ${isBlocked ? 'blocks' : 'allows'} ${what}, and the verdict is ${verdict}: ${why}`];
}
