import { LRUCache } from 'lru-cache';
import { definePart } from '#platform/define-part.ts';
import type { Platform } from '#platform/scope.ts';
import type { Issue } from '#platform/trpc/refusal.ts';
import { type Checked, MOST_CPU_MS, schemaChecksOf } from './schemas/check-data.ts';

/** An organization's own event type, ready to check data in JSON with. `version` changes whenever the type does. */
export type OwnEventType = {
  name: string;
  version: string;
  /** A JSON Pointer into `data` to what an event is about. */
  subject_pointer: string | null;
  check: (data: string) => Promise<Issue[]>;
};

type Row = { version: string; schema: string | null; subject_pointer: string | null };

/** By how much text the schemas have; a row without a schema counts as 100. */
const MOST_REMEMBERED_CHARS = 8_000_000;

const rememberedOf = definePart(
  'own event types',
  () =>
    new LRUCache<string, Row>({
      maxSize: MOST_REMEMBERED_CHARS,
      sizeCalculation: ({ schema }) => 100 + (schema?.length ?? 0),
    }),
);

/** Reads an organization's own event type, or null if it has none with that name. */
export async function findOwnEventType(
  platform: Platform,
  organization_id: string,
  name: string,
): Promise<OwnEventType | null> {
  const row: Row | null = await platform.database.eventType.findUnique({
    where: { organization_id_name: { organization_id, name } },
    select: { version: true, schema: true, subject_pointer: true },
  });
  const remembered = rememberedOf(platform);
  if (!row) remembered.delete(keyOf(organization_id, name));
  else remembered.set(keyOf(organization_id, name), row);
  return row && toOwnEventType(platform, organization_id, name, row);
}

/**
 * An organization's own event type as this process has read it last, whenever that was. It may have been changed or deleted
 * since: who relies on it hands its `version` to the database, which refuses another one.
 */
export async function recallOwnEventType(
  platform: Platform,
  organization_id: string,
  name: string,
): Promise<OwnEventType | null> {
  const row = rememberedOf(platform).get(keyOf(organization_id, name));
  return row ? toOwnEventType(platform, organization_id, name, row) : findOwnEventType(platform, organization_id, name);
}

const keyOf = (organization_id: string, name: string): string => `${organization_id} ${name}`;

function toOwnEventType(platform: Platform, organization_id: string, name: string, row: Row): OwnEventType {
  const { version, schema, subject_pointer } = row;
  const check = async (data: string): Promise<Issue[]> => {
    if (schema === null) return [];
    const asked = { organization_id, version, schema, data: [data] };
    return issuesOf(await schemaChecksOf(platform).check(asked), 'the event type’s schema');
  };
  return { name, version, subject_pointer, check };
}

/** What is wrong, with paths under `data`. @param what the schema is called in sentences. */
function issuesOf(checked: Checked, what: string): Issue[] {
  if (checked.is === 'valid') return [];
  if (checked.is === 'invalid')
    return [
      {
        path: ['data', ...checked.path, ...(checked.member === null ? [] : [checked.member])],
        message: `Does not match ${what}: it ${checked.message}.`,
      },
    ];
  return [{ path: ['data'], message: `Can’t be checked against ${what}: ${reasonOf(checked)}` }];
}

/** Why a check came to no verdict, and what to change. */
export function reasonOf(checked: Exclude<Checked, { is: 'valid' | 'invalid' }>): string {
  switch (checked.is) {
    case 'slow':
      return `checking took more than ${MOST_CPU_MS} ms and was stopped. Simplify the schema or send less data.`;
    case 'large':
      return 'checking took more memory than is allowed and was stopped. Simplify the schema or send less data.';
    case 'deep':
      return 'the schema refers to itself too often. Simplify the schema or send less deeply nested data.';
    case 'bad_schema':
      return `the schema is not valid (${checked.message}). Correct the event type.`;
    default:
      return 'checking failed. Try again, and simplify the schema if it fails again.';
  }
}
