import { z } from 'zod';

/**
 * Headers in their order, repeated where they were: `[name, value]` each. JSON Schema says it as lists of two strings,
 * for few generators of clients take `prefixItems` (JSON Schema 2020-12, section 10.3.1.1).
 */
export const headerListSchema = z.array(
  z.tuple([z.string(), z.string()]).meta({
    override: { type: 'array', prefixItems: undefined, items: { type: 'string' }, minItems: 2, maxItems: 2 },
  }),
);

/** How a log shows the body of an answer that was received. */
export const keptBodyFields = {
  body: z.string().nullable().meta({ description: 'The first 64 KiB, as text or in base64.' }),
  encoding: z.enum(['text', 'base64']).meta({
    description:
      'text: decoded with the charset that the response declares, or as UTF-8. base64: the body is not text, and these are its bytes.',
  }),
  size_bytes: z
    .int()
    .nullable()
    .meta({ description: 'The size of the whole body as read, at most 1 MiB. Null if it was not kept.' }),
  truncated: z.boolean().meta({ description: 'Whether the body was longer than the part that is kept.' }),
};
