import { ExactNumber } from './exact-number.ts';
import { redactText, redactUrl } from './redact.ts';
import { isJsonObject } from './user-json.ts';

const MOST_LEVELS = 4;
const MOST_MEMBERS = 24;
const MOST_TEXT = 512;
const MOST_NAME = 64;
/** Of all texts and numbers together, each with its place, so that the whole is a bounded line. */
const MOST_IN_ALL = 4_096;

/**
 * A JSON value with its texts redacted, URLs as URLs, and bounded in depth, members and length. What does not fit is
 * left out.
 */
export function redactJson(value: unknown): unknown {
  let room = MOST_IN_ALL;

  function text(raw: string, most: number): string {
    const kept = /^[a-z][a-z0-9+.-]*:\/\//i.test(raw) ? redactUrl(raw) : redactText(raw, most);
    const fitting = kept.slice(0, Math.max(0, room));
    room -= fitting.length;
    return fitting;
  }

  function copy(value: unknown, level: number): unknown {
    if (room <= 0) return undefined;
    room -= 1;
    if (typeof value === 'string') return text(value, MOST_TEXT);
    if (!Array.isArray(value) && !isJsonObject(value)) {
      room -= String(value).length;
      return room < 0 && value instanceof ExactNumber ? undefined : value;
    }
    if (level > MOST_LEVELS) return undefined;
    if (Array.isArray(value)) return value.slice(0, MOST_MEMBERS).map((member) => copy(member, level + 1) ?? null);
    const names = Object.keys(value).slice(0, MOST_MEMBERS);
    return Object.fromEntries(names.map((name) => [text(name, MOST_NAME), copy(value[name], level + 1)]));
  }

  return copy(value, 1);
}
