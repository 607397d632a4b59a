import { isJsonObject, readJson } from '#core/json/user-json.ts';

/** What somebody typed as a JSON object. @returns null for what is none. */
export function readJsonObject(text: string): Record<string, unknown> | null {
  try {
    const value = readJson(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
