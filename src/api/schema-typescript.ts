type JsonSchema = { readonly [key: string]: unknown };

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;

/**
 * A JSON Schema (as `z.toJSONSchema` writes it) as a TypeScript type, in one line. What it does not know is `unknown`.
 * @param nameOf the TypeScript name for a `$ref`; without it a reference is `unknown`.
 */
export function typescriptOf(schema: unknown, nameOf: (reference: string) => string = () => 'unknown'): string {
  if (!isSchema(schema)) return schema === false ? 'never' : 'unknown';
  const print = (one: unknown) => typescriptOf(one, nameOf);
  if (typeof schema.$ref === 'string') return nameOf(schema.$ref);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return unionOf(schema.enum.map((one) => JSON.stringify(one)));
  const variants = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(variants)) return unionOf(variants.map(print));
  if (Array.isArray(schema.allOf)) return schema.allOf.map((one) => `(${print(one)})`).join(' & ');
  if (Array.isArray(schema.type)) return unionOf(schema.type.map((type) => print({ ...schema, type })));
  switch (schema.type) {
    case 'string':
      return 'string';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return arrayOf(schema, print);
    case 'object':
      return objectOf(schema, print);
    default:
      return 'unknown';
  }
}

const unionOf = (types: readonly string[]): string => [...new Set(types)].join(' | ') || 'never';

function arrayOf({ prefixItems, items }: JsonSchema, print: (schema: unknown) => string): string {
  if (Array.isArray(prefixItems)) return `[${prefixItems.map(print).join(', ')}]`;
  return `Array<${print(items)}>`;
}

function objectOf(
  { properties, required, additionalProperties }: JsonSchema,
  print: (schema: unknown) => string,
): string {
  const needed = new Set(Array.isArray(required) ? required : []);
  const members = Object.entries(isSchema(properties) ? properties : {}).map(([name, schema]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    return `${docOf(schema)}${key}${needed.has(name) ? '' : '?'}: ${print(schema)}`;
  });
  const isOpen = isSchema(additionalProperties) || additionalProperties === true;
  if (members.length === 0) return isOpen ? `Record<string, ${print(additionalProperties)}>` : 'Record<string, never>';
  const more = isOpen ? ['[key: string]: unknown'] : [];
  return `{ ${[...members, ...more].join('; ')} }`;
}

/** A member's description, which editors show. */
function docOf(schema: unknown): string {
  if (!isSchema(schema) || typeof schema.description !== 'string') return '';
  return `/** ${schema.description.replaceAll('*/', '*\\/').replace(/\s+/g, ' ')} */ `;
}
