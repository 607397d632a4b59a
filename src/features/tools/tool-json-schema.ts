import { z } from 'zod';
import type { AvailableTool } from './list-tools.ts';

export type JsonSchema = Record<string, unknown>;

/** JSON Schema of what a tool takes, with the connectors that there are to choose from. */
export function inputSchemaOf({ tool, connectors }: AvailableTool): JsonSchema {
  const schema = withoutExtras(tool.input_schema);
  const properties = schema.properties as Record<string, JsonSchema>;
  const names = connectors.map(({ name }) => JSON.stringify(name)).join(', ');
  const several = connectors.length > 1;
  const description = several
    ? `The connector to send through, by name or id. Required, because there are several: ${names}.`
    : `The connector to send through, by name or id. Optional, because there is only one: ${names}.`;
  return { ...schema, properties: { ...properties, connector: { ...properties.connector, description } } };
}

/** JSON Schema of what a tool returns. Runtimes want an object at its root, whichever of its two forms it has. */
export function outputSchemaOf({ tool }: AvailableTool): JsonSchema {
  const { $defs, $ref, ...schema } = z.toJSONSchema(tool.output, { io: 'output' });
  // A schema with an id is written as a reference to itself.
  const root = $ref === undefined ? schema : $defs?.[$ref.split('/').at(-1) ?? ''];
  return { type: 'object', ...withoutExtras(root) };
}

/** Parts that some runtimes refuse and none needs: the dialect, ids, rules about member names, and our examples. */
const EXTRAS = new Set(['$schema', 'id', 'propertyNames', 'example', 'examples']);

function withoutExtras(schema: unknown): JsonSchema;
function withoutExtras(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutExtras);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      // The names of members are the tool's own words, whatever they are.
      if (name === 'properties') {
        const members = Object.entries(inner as object).map(([member, schema]) => [member, withoutExtras(schema)]);
        return [[name, Object.fromEntries(members)]];
      }
      return EXTRAS.has(name) ? [] : [[name, withoutExtras(inner)]];
    }),
  );
}
