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
