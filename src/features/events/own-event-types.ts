import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Issue } from '#platform/refusal.ts';
import type { Platform } from '#platform/scope.ts';

/** An organization's own event type, ready to check data with. `version` changes whenever the type does. */
export type OwnEventType = { name: string; version: string; check: (data: unknown) => Issue[] };

/** Compiled validators are kept by their version, which stands for the schema: none is ever out of date. */
const MOST_KEPT = 500;
const kept = new Map<string, (data: unknown) => Issue[]>();

/** Reads an organization's own event type; null when there is none of that name. */
export async function findOwnEventType(
  { database }: Platform,
  organization_id: string,
  name: string,
): Promise<OwnEventType | null> {
  const row = await database.eventType.findUnique({
    where: { organization_id_name: { organization_id, name } },
    select: { version: true, schema: true },
  });
  return row && { name, version: row.version, check: checkerOf(row.version, row.schema) };
}

function checkerOf(version: string, schema: string | null): (data: unknown) => Issue[] {
  if (schema === null) return () => [];
  const known = kept.get(version);
  if (known) return known;
  const validate = compileSchema(JSON.parse(schema));
  const check = (data: unknown) => (validate(data) ? [] : issuesOf(validate));
  kept.set(version, check);
  for (const oldest of kept.keys()) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(oldest);
  }
  return check;
}

/**
 * Compiles a JSON Schema of draft 2020-12 (also draft 7's keywords that it kept), with formats.
 * @throws Error with the schema's first mistake.
 */
export function compileSchema(schema: unknown): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: false, strict: false, validateFormats: true, logger: false });
  formats.default(ajv);
  return ajv.compile(schema as object);
}

/** Where ajv found data to be wrong, with paths under `data`. */
const issuesOf = (validate: ValidateFunction): Issue[] =>
  (validate.errors ?? []).map(({ instancePath, message = 'is not what its schema says', params }) => {
    const path = instancePath
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const missing = 'missingProperty' in params ? [String(params.missingProperty)] : [];
    const extra = 'additionalProperty' in params ? [String(params.additionalProperty)] : [];
    return { path: ['data', ...path, ...missing, ...extra], message: `By the event type's schema it ${message}.` };
  });
