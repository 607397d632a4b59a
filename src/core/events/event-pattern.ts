/** Lowercase letters, digits, and underscores, in two or more parts: `recipe.run.failed`. */
const EVENT_TYPE = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;
const EVENT_PATTERN = /^(\*|[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*\.\*)$/;
export const LONGEST_EVENT_TYPE = 100;

export const isEventType = (text: string): boolean => text.length <= LONGEST_EVENT_TYPE && EVENT_TYPE.test(text);

/**
 * `*` matches every type. `recipe.*` matches every type that starts with `recipe.`, with any number of parts after it.
 */
export const isEventPattern = (text: string): boolean => text.length <= LONGEST_EVENT_TYPE && EVENT_PATTERN.test(text);

/** The name of an event type and every pattern that matches it, so that webhooks can be found by set membership. */
export function patternsMatching(eventType: string): string[] {
  const parts = eventType.split('.');
  const patterns = parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join('.')}.*`);
  return [eventType, ...patterns.toReversed(), '*'];
}

/** Whether a name or pattern matches an event type. */
export const matchesEventType = (nameOrPattern: string, eventType: string): boolean =>
  patternsMatching(eventType).includes(nameOrPattern);
