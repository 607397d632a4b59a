import { z } from 'zod';

/**
 * Headers as the API shows them: in their order, repeated where they were. Objects rather than pairs, since few generators
 * of clients accept `prefixItems` (JSON Schema 2020-12, section 10.3.1.1).
 */
export const headerListSchema = z
  .array(z.object({ name: z.string(), value: z.string() }).meta({ id: 'HeaderField' }))
  .meta({ description: 'In the order in which they came. A name can appear more than once.' });

/** Headers as they are stored, in pairs, read into what the API shows. */
export const storedHeaderList = z
  .array(z.tuple([z.string(), z.string()]))
  .transform((pairs) => pairs.map(([name, value]) => ({ name, value })));

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
