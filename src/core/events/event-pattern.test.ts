import { expect, test } from 'vitest';
import { isEventPattern, isEventType, matchesEventType, patternsMatching } from './event-pattern.ts';

test('an event type is matched by its name, by the patterns above it, and by *', () => {
  expect(patternsMatching('recipe.run.failed')).toEqual(['recipe.run.failed', 'recipe.run.*', 'recipe.*', '*']);
  expect(patternsMatching('dataset.updated')).toEqual(['dataset.updated', 'dataset.*', '*']);
});

test.each(['dataset.updated', 'recipe.run.failed', 'a.b', 'order_2.paid_at'])('%s is an event type', (name) => {
  expect(isEventType(name)).toBe(true);
});

test.each(['dataset', '', '.a', 'a.', 'a..b', 'A.b', 'a.*', '1.a', 'a b.c', `a.${'b'.repeat(99)}`])(
  '%s is none',
  (name) => {
    expect(isEventType(name)).toBe(false);
  },
);

test.each(['*', 'recipe.*', 'recipe.run.*'])('%s is a pattern', (pattern) => {
  expect(isEventPattern(pattern)).toBe(true);
});

test.each(['recipe*', '*.failed', 'recipe.*.failed', '**', 'recipe.run', '.*'])('%s is none', (pattern) => {
  expect(isEventPattern(pattern)).toBe(false);
});

test('a pattern stands for the types below it, and for no other', () => {
  expect(matchesEventType('recipe.*', 'recipe.run.failed')).toBe(true);
  expect(matchesEventType('recipe.*', 'recipes.run')).toBe(false);
  expect(matchesEventType('recipe.run.*', 'recipe.created')).toBe(false);
  expect(matchesEventType('*', 'recipe.created')).toBe(true);
});
