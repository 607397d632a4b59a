import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyPolicy, anyViolation, violationOf } from '#testing/csp/policy-samples.ts';
import { policyChangeFor } from './change.ts';
import { matchPolicies } from './match.ts';
import { proposePolicy, wayOf, waysOf } from './proposal.ts';

const host = (directive: string, blocked: string) => violationOf({ directive, blocked_kind: 'host', blocked });
const CDN = host('script-src-elem', 'https://cdn.example.com/a.js');
const IMAGE = host('img-src', 'https://img.example.com/x.png');
const inline = violationOf({ directive: 'script-src-elem', blocked_kind: 'inline', blocked: 'inline' });

const propose = (text: string, ...wishes: Parameters<typeof proposePolicy>[1][number][]) => proposePolicy(text, wishes);

describe('a proposal', () => {
  test('without wishes is the policy as it was', () => {
    expect(propose("  img-src 'self'")).toEqual({ policy: "  img-src 'self'", granted: [] });
  });

  test('grants one wish on top of the other', () => {
    const { policy, granted } = propose("default-src 'self'", { group: CDN, way: null }, { group: IMAGE, way: null });
    expect(policy).toBe(
      "default-src 'self'; script-src 'self' https://cdn.example.com; img-src 'self' https://img.example.com",
    );
    expect(granted.map(({ change }) => change?.add)).toEqual([
      ['https://cdn.example.com'],
      ['https://img.example.com'],
    ]);
  });

  test('says where another wish was enough', () => {
    const twin = { ...IMAGE, blocked: 'https://img.example.com/y.png' };
    expect(
      propose("img-src 'self'", { group: IMAGE, way: null }, { group: twin, way: null }).granted[1]?.change,
    ).toBeNull();
  });

  test('goes the way that was chosen', () => {
    const [, file] = waysOf(policyChangeFor(CDN, "script-src 'self'"));
    const way = file ? wayOf(file) : '';
    expect(propose("script-src 'self'", { group: CDN, way }).policy).toBe(
      "script-src 'self' https://cdn.example.com/a.js",
    );
    expect(propose("script-src 'self'", { group: inline, way: "script-src 'unsafe-inline'" }).policy).toBe(
      "script-src 'self' 'unsafe-inline'",
    );
  });

  test('never grants noise', () => {
    const noise = { ...CDN, noise: 'browser-extension' };
    expect(propose("script-src 'self'", { group: noise, way: null })).toEqual({
      policy: "script-src 'self'",
      granted: [{ group: noise, change: null }],
    });
  });

  test('blocks none of what is wished, whatever the policy', () => {
    fc.assert(
      fc.property(anyPolicy, fc.array(anyViolation, { maxLength: 4 }), (text, violations) => {
        const { policy } = proposePolicy(
          text,
          violations.map((group) => ({ group, way: null })),
        );
        for (const violation of violations)
          expect(matchPolicies(policy, violation).verdict, policy).not.toBe('blocked');
      }),
      { numRuns: 1_000 },
    );
  });
});
