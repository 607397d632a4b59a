import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyPolicy, anyViolation, violationOf } from '#testing/csp/policy-samples.ts';
import { policyChangeFor } from './change.ts';
import { matchPolicies } from './match.ts';
import { alternativeKey, alternativesOf, proposePolicy } from './proposal.ts';

const host = (directive: string, blocked: string) => violationOf({ directive, blocked_kind: 'host', blocked });
const CDN = host('script-src-elem', 'https://cdn.example.com/a.js');
const IMAGE = host('img-src', 'https://img.example.com/x.png');
const inline = violationOf({ directive: 'script-src-elem', blocked_kind: 'inline', blocked: 'inline' });

const propose = (text: string, ...requested: Parameters<typeof proposePolicy>[1][number][]) =>
  proposePolicy(text, requested);

describe('a proposal', () => {
  test('without requests returns the policy unchanged', () => {
    expect(propose("  img-src 'self'")).toEqual({ policy: "  img-src 'self'", granted: [] });
  });

  test('grants one request on top of the other', () => {
    const { policy, granted } = propose(
      "default-src 'self'",
      { group: CDN, alternative: null },
      { group: IMAGE, alternative: null },
    );
    expect(policy).toBe(
      "default-src 'self'; script-src 'self' https://cdn.example.com; img-src 'self' https://img.example.com",
    );
    expect(granted.map(({ change }) => change?.add)).toEqual([
      ['https://cdn.example.com'],
      ['https://img.example.com'],
    ]);
  });

  test('says where another request was enough', () => {
    const twin = { ...IMAGE, blocked: 'https://img.example.com/y.png' };
    expect(
      propose("img-src 'self'", { group: IMAGE, alternative: null }, { group: twin, alternative: null }).granted[1]
        ?.change,
    ).toBeNull();
  });

  test('uses the alternative that was chosen', () => {
    const [, file] = alternativesOf(policyChangeFor(CDN, "script-src 'self'"));
    const alternative = file ? alternativeKey(file) : '';
    expect(propose("script-src 'self'", { group: CDN, alternative }).policy).toBe(
      "script-src 'self' https://cdn.example.com/a.js",
    );
    expect(propose("script-src 'self'", { group: inline, alternative: "script-src 'unsafe-inline'" }).policy).toBe(
      "script-src 'self' 'unsafe-inline'",
    );
  });

  test('never grants noise', () => {
    const noise = { ...CDN, noise: 'browser-extension' };
    expect(propose("script-src 'self'", { group: noise, alternative: null })).toEqual({
      policy: "script-src 'self'",
      granted: [{ group: noise, change: null }],
    });
  });

  test('blocks none of what is wished, whatever the policy', () => {
    fc.assert(
      fc.property(anyPolicy, fc.array(anyViolation, { maxLength: 4 }), (text, violations) => {
        const { policy } = proposePolicy(
          text,
          violations.map((group) => ({ group, alternative: null })),
        );
        for (const violation of violations)
          expect(matchPolicies(policy, violation).verdict, policy).not.toBe('blocked');
      }),
      { numRuns: 1_000 },
    );
  });
});
