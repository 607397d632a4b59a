import { expect, test } from 'vitest';
import { EMPTY_RULE, ruleErrors, ruleParts, ruleValues } from './noise-rule-values.ts';

const rule = { name: 'Old shop', reason: 'Goes.', hosts: ['a.example', 'b.example'], schemes: [], samples: ['a, b c'] };

test('a rule’s lists are lines of its form, and come back as they were', () => {
  const values = ruleValues(rule);
  expect(values.hosts).toBe('a.example\nb.example');
  expect(ruleParts(values)).toEqual({ hosts: rule.hosts, schemes: [], samples: rule.samples });
});

test('hosts and schemes may be pasted with commas, code keeps them', () => {
  expect(
    ruleParts({ hosts: ' a.example, b.example;\n\nc.example ', schemes: 'acme acme2', samples: ' f(a, b) \n' }),
  ).toEqual({
    hosts: ['a.example', 'b.example', 'c.example'],
    schemes: ['acme', 'acme2'],
    samples: ['f(a, b)'],
  });
});

test('what is missing is said at its field', () => {
  expect(Object.keys(ruleErrors(EMPTY_RULE))).toEqual(['name', 'reason', 'hosts']);
  expect(ruleErrors({ ...EMPTY_RULE, name: 'a', reason: 'b', samples: 'code' })).toEqual({});
});
