import { matchPolicies } from '../src/core/csp/policy/match.ts';
import type { Violated } from './verdict-loads.ts';
import { loggedOfEvent } from './verdict-site.ts';

/** A verdict that the browser gave another answer to, in words. */
export type Wrong = string;

/** What may stay open although Chromium knows: no report tells it, or other browsers answer otherwise. */
const OPEN = [
  /^Allowed only if the page sets the nonce on this (tag|element)\.$/,
  /^Allowed only if the tag’s integrity attribute has one of the hashes\.$/,
  /^Allowed only if one of the hashes matches exactly this code\.$/,
  /^Browsers ignore hosts here\. Allowed only if the tag has the nonce, or a trusted script adds it\.$/,
  /^Allowed only if a trusted script adds the element\.$/,
  /^The report doesn’t (include the full path|say what was blocked)\.$/,
  /^Browsers differ in how they match the port/,
  /^Browsers differ: in default-src/,
  /^Browsers don’t report which site/,
  /^Allowed only in browsers that enforce Trusted Types\.$/,
  /^Allowed once per page:/,
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
