import { isDeeperThan, MOST_JSON_LEVELS } from '#core/json/json-depth.ts';
import { memberSource } from '#core/json/json-source.ts';
import { isJsonObject, keepExact } from '#core/json/user-json.ts';
import { UNSTORABLE, unstorablePath } from '#core/text/storable-text.ts';
import { invalid, UNKNOWN_FIELD } from './refusal.ts';

/** What is known of a call's input before its schema reads it. */
export type InputSource = {
  /** The inputs of a tRPC request as they came, for numbers that a double would change. */
  given_text?: { text: string; is_batch: boolean };
  /** Whether a procedure takes an input at all, where a request names the procedure. */
  takes_input?: (path: string) => boolean;
};

type Call = {
  ctx: InputSource;
  batchIndex: number;
  getRawInput: () => Promise<unknown>;
  path: string;
  type: string;
};

/**
 * Gives the input's objects their numbers as they were written, where tRPC read it, and refuses what no schema could refuse
 * as well: too many levels; a member `__proto__`, since schemas that take any member would drop it; a field of a procedure
 * that takes none; and text that PostgreSQL can't store, for which the caller would get a 500.
 * @throws Refusal VALIDATION
 */
export async function checkInput({ ctx, batchIndex, getRawInput, path, type }: Call): Promise<void> {
  const input = await getRawInput();
  if (isDeeperThan(input, MOST_JSON_LEVELS)) {
    const deep = Object.entries(Object(input)).flatMap(([name, one]) =>
      isDeeperThan(one, MOST_JSON_LEVELS - 1) ? [name] : [],
    );
    throw invalid({
      path: deep.slice(0, 1),
      message: `Must not be nested deeper than ${MOST_JSON_LEVELS} levels.`,
    });
  }
  if (ctx.given_text) {
    const { text, is_batch } = ctx.given_text;
    keepExact(input, is_batch ? (memberSource(text, String(batchIndex)) ?? '') : text);
  }
  const unknown = isJsonObject(input) ? Object.keys(input).filter((name) => isUnknown(name, ctx, path, type)) : [];
  if (unknown.length > 0) throw invalid(...unknown.map((name) => ({ path: [name], message: UNKNOWN_FIELD })));
  const unstorable = unstorablePath(input);
  if (unstorable) throw invalid({ path: unstorable, message: UNSTORABLE });
}

/** Schemas refuse unknown fields; a list that is on one page takes what pages of lists are asked with. */
const isUnknown = (name: string, { takes_input }: InputSource, path: string, type: string): boolean =>
  name === '__proto__' || (takes_input?.(path) === false && !(type === 'query' && ['limit', 'cursor'].includes(name)));
