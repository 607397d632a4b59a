import { z } from 'zod';
import { exactOf, isJsonObject } from '#core/json/user-json.ts';

/**
 * A JSON object of whatever members, kept whole: numbers as they were written, and `__proto__` as a member like every other,
 * which `z.record` and `z.looseObject` leave out. Every field in which users give or get JSON is one.
 * @param message of the refusal of anything else
 */
export const jsonObject = (message = 'Must be a JSON object.') =>
  z
    .unknown()
    .refine(isJsonObject, { error: message, abort: true })
    .overwrite(exactOf)
    .meta({ type: 'object', additionalProperties: {} }) as unknown as z.ZodType<
    Record<string, unknown>,
    Record<string, unknown>
  >;

/** Texts by name. A name `__proto__` is refused, for it is no name of a header or a field. */
export const textsByName = (message: string) =>
  jsonObject(message)
    .superRefine((given, context) => {
      for (const [name, value] of Object.entries(given))
        if (name === '__proto__')
          context.addIssue({ code: 'custom', path: [name], message: 'Must not be named __proto__.', continue: false });
        else if (typeof value !== 'string')
          context.addIssue({ code: 'custom', path: [name], message: 'Must be a string.', continue: false });
    })
    .meta({ additionalProperties: { type: 'string' } }) as z.ZodType<Record<string, string>, Record<string, string>>;
