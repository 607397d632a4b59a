import { z } from 'zod';

/**
 * The fields of a schema that take JSON of whatever members, by their paths: `data`, `events[].data`, `*` for members that a
 * loose object lets by. Objects of texts are none.
 */
export function jsonFields(schema: z.ZodType, path = ''): string[] {
  const def = schema.def as unknown as Record<string, unknown> & { type: string };
  const inner = (value: unknown, at = path) => (value instanceof z.ZodType ? jsonFields(value, at) : []);
  const list = (values: unknown, at = path) => (Array.isArray(values) ? values.flatMap((one) => inner(one, at)) : []);
  switch (def.type) {
    case 'unknown':
    case 'any':
    case 'custom':
      return isOfTexts(schema) ? [] : [path];
    case 'record':
      return inner(def.valueType, `${path}.*`);
    case 'object': {
      const shape = Object.entries(def.shape as Record<string, unknown>);
      const loose = def.catchall instanceof z.ZodUnknown ? [path === '' ? '*' : `${path}.*`] : [];
      return [...shape.flatMap(([name, value]) => inner(value, path === '' ? name : `${path}.${name}`)), ...loose];
    }
    case 'array':
      return inner(def.element, `${path}[]`);
    case 'union':
      return [...new Set(list(def.options))];
    case 'pipe':
      return [...inner(def.in), ...inner(def.out)];
    case 'intersection':
      return [...inner(def.left), ...inner(def.right)];
    case 'lazy':
      return inner((def.getter as () => unknown)());
    case 'tuple':
      return list(def.items, `${path}[]`);
    default:
      return inner(def.innerType);
  }
}

function isOfTexts(schema: z.ZodType): boolean {
  const { additionalProperties } = schema.meta() ?? {};
  return z.object({ type: z.literal('string') }).safeParse(additionalProperties).success;
}
