import { isJsonObject, readJson } from '#core/json/user-json.ts';

/**
 * Parses typed text as a JSON object.
 * @returns null if it is not one.
 */
export function readJsonObject(text: string): Record<string, unknown> | null {
  try {
    const value = readJson(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
