import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyPolicy, anyViolation, violationOf } from '#testing/csp/policy-samples.ts';
import { parsePolicies } from './policy.ts';
import { type ReplayedGroup, replayExpressions, replayGroups } from './replay.ts';

const GROUPS: ReplayedGroup[] = [
  {
    id: 'a',
    count: 100,
    ...violationOf({ directive: 'img-src', blocked_kind: 'host', blocked: 'https://a.example/x' }),
  },
  {
    id: 'b',
    count: 20,
    ...violationOf({ directive: 'img-src', blocked_kind: 'host', blocked: 'https://b.example/x' }),
  },
  { id: 'c', count: 3, ...violationOf({ directive: 'script-src-elem', blocked_kind: 'inline', blocked: 'inline' }) },
];
const POLICY = "default-src 'self'; script-src 'nonce-x' 'self'; img-src a.example data:";

describe('a replay', () => {
  test('counts what a policy would allow, still report, and leave to the page', () => {
    const { rows, totals } = replayGroups(POLICY, GROUPS);
    expect(rows.map(({ group, verdict }) => [group.id, verdict.verdict])).toEqual([
      ['a', 'allowed'],
      ['b', 'blocked'],
      ['c', 'unknown'],
    ]);
    expect(totals).toEqual({
      all: { groups: 3, reports: 123 },
      allowed: { groups: 1, reports: 100 },
      blocked: { groups: 1, reports: 20 },
      unknown: { groups: 1, reports: 3 },
    });
  });

  test('says of each word which reports it is for', () => {
    const uses = replayExpressions(POLICY, GROUPS).map(({ directive, value, sure, maybe }) => [
      directive,
      value,
      sure.reports,
      maybe.reports,
    ]);
    expect(uses).toEqual([
      ['default-src', "'self'", 0, 0],
      ['script-src', "'nonce-x'", 0, 3],
      ['script-src', "'self'", 0, 0],
      ['img-src', 'a.example', 100, 0],
      ['img-src', 'data:', 0, 0],
    ]);
  });

  test('leaves nothing out and counts nothing twice', () => {
    const anyGroups = fc
      .array(fc.tuple(anyViolation, fc.nat(1_000)), { maxLength: 8 })
      .map((list) =>
        list.map(([violation, count], index): ReplayedGroup => ({ ...violation, id: String(index), count })),
      );
    fc.assert(
      fc.property(anyPolicy, anyGroups, (policy, groups) => {
        const { all, allowed, blocked, unknown } = replayGroups(policy, groups).totals;
        expect(allowed.reports + blocked.reports + unknown.reports).toBe(all.reports);
        expect(allowed.groups + blocked.groups + unknown.groups).toBe(groups.length);
        const uses = replayExpressions(policy, groups);
        for (const index of parsePolicies(policy).keys()) {
          const sum = uses
            .filter((use) => use.policy === index)
            .reduce((total, { sure, maybe }) => total + sure.groups + maybe.groups, 0);
          expect(sum).toBeLessThanOrEqual(groups.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
