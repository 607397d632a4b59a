import { type PgText, pgValueToJson, type ValueKind } from './pg-value.ts';

/**
 * A row, without the columns that PostgreSQL didn't send, such as unchanged long values and columns outside the key.
 */
export type ChangeRow = Readonly<Record<string, PgText | undefined>>;

export const OPERATIONS = ['insert', 'update', 'delete'] as const;
export type Operation = (typeof OPERATIONS)[number];

export type Change = {
  /** `schema.name` */
  table: string;
  operation: Operation;
  /** The current row, or the deleted one. */
  row: ChangeRow;
  /** The row before an update; null if PostgreSQL didn't send it. */
  old: ChangeRow | null;
  kinds: Readonly<Record<string, ValueKind>>;
};

export const CONDITION_TESTS = ['is', 'is_not', 'becomes', 'changes'] as const;

/**
 * `becomes`: the column has the value now and had another one before. `changes`: the value is different from before.
 */
export type Condition = { column: string; test: (typeof CONDITION_TESTS)[number]; value?: string | null | undefined };

/** A column, and how much of a long text is used. */
export type FieldSource = string | { column: string; most: number };

export type ChangeMapping = {
  table: string;
  operations: readonly Operation[];
  conditions: readonly Condition[];
  event_type: string;
  /** Members of `data`, with dots for nested ones, and their columns. All columns if empty. */
  fields: Readonly<Record<string, FieldSource>>;
  /** With `optional`, a row without an organization creates no event. */
  organization: { column: string; optional?: boolean } | { id: string };
};

export type MappedChange =
  /** `data` is JSON text that includes the operation; `bare_data` is the same without it. */
  | { is: 'event'; organization_id: string; event_type: string; data: string; bare_data: string }
  | { is: 'nothing' }
  /** A column is missing, or its value is required but wasn't sent. */
  | { is: 'impossible'; reason: string };

/** The result of applying a mapping to a change. */
export function mapChange(mapping: ChangeMapping, change: Change): MappedChange {
  if (mapping.table !== change.table || !mapping.operations.includes(change.operation)) return { is: 'nothing' };
  const missing = columnsOf(mapping).find((column) => !Object.hasOwn(change.kinds, column));
  if (missing !== undefined)
    return impossible(
      `${change.table} has no column "${missing}", or it isn't published: update the mapping to ${mapping.event_type}.`,
    );
  const unsent = mapping.conditions.find((condition) => isUnknown(condition, change));
  if (unsent) return notSent(change, unsent.column);
  if (!mapping.conditions.every((condition) => holds(condition, change))) return { is: 'nothing' };
  const organization_id = organizationOf(mapping, change);
  if (organization_id === undefined && 'column' in mapping.organization)
    return notSent(change, mapping.organization.column);
  if (!organization_id && 'column' in mapping.organization && mapping.organization.optional) return { is: 'nothing' };
  if (!organization_id)
    return impossible(
      `A row of ${change.table} has no organization for ${mapping.event_type}, because its organization column is empty.`,
    );
  const bare_data = dataOf(mapping, change);
  const data = withOperation(bare_data, operationMember(mapping, change), change.operation);
  return { is: 'event', organization_id, event_type: mapping.event_type, data, bare_data };
}

const impossible = (reason: string): MappedChange => ({ is: 'impossible', reason });

const notSent = ({ table, operation }: Change, column: string) =>
  impossible(
    `PostgreSQL didn't send the column "${column}" with ${operation === 'insert' ? 'an' : 'a'} ${operation} of ${table}: set REPLICA IDENTITY FULL on the table.`,
  );

const organizationOf = ({ organization }: ChangeMapping, { row, old }: Change) =>
  'id' in organization
    ? organization.id
    : row[organization.column] === undefined
      ? old?.[organization.column]
      : row[organization.column];

/** The member with the operation. It has another name if the mapping or the table uses `operation` itself. */
export function operationMember({ fields }: Pick<ChangeMapping, 'fields'>, { kinds }: Pick<Change, 'kinds'>): string {
  const members = Object.keys(fields).length > 0 ? Object.keys(fields) : Object.keys(kinds);
  return members.some((member) => member.split('.')[0] === 'operation') ? 'change_operation' : 'operation';
}

const withOperation = (bare: string, member: string, operation: Operation) =>
  `{${JSON.stringify(member)}:${JSON.stringify(operation)}${bare === '{}' ? '' : ','}${bare.slice(1)}`;

const columnOf = (source: FieldSource) => (typeof source === 'string' ? source : source.column);

const columnsOf = ({ conditions, fields, organization }: ChangeMapping): string[] => [
  ...conditions.map(({ column }) => column),
  ...Object.values(fields).map(columnOf),
  ...('column' in organization ? [organization.column] : []),
];

/** Unchanged long values aren't sent, so they can't be compared. */
const isUnknown = ({ column, test }: Condition, { operation, row, old }: Change) =>
  row[column] === undefined &&
  (operation === 'delete' || ((test === 'is' || test === 'is_not') && old?.[column] === undefined));

function holds({ column, test, value = null }: Condition, { operation, row, old }: Change): boolean {
  const now = row[column];
  if (now === undefined && (test === 'becomes' || test === 'changes')) return false;
  switch (test) {
    case 'is':
      return now === value;
    case 'is_not':
      return now !== value;
    case 'becomes':
      return now === value && (operation === 'insert' || old === null || old[column] !== value);
    default:
      return operation === 'insert' || old === null || old[column] !== now;
  }
}

type Tree = Map<string, string | Tree>;

function dataOf({ fields }: ChangeMapping, { row, kinds }: Change): string {
  const tree: Tree = new Map();
  const wanted =
    Object.keys(fields).length > 0
      ? Object.entries(fields).map(([member, source]) => [member.split('.'), source] as const)
      : Object.keys(kinds).map((column) => [[column], column] as const);
  for (const [path, source] of wanted) {
    const column = columnOf(source);
    const value = row[column];
    if (value === undefined) continue;
    const most = typeof source === 'string' ? undefined : source.most;
    put(tree, path, pgValueToJson(kinds[column] ?? 'text', most === undefined ? value : cut(value, most)));
  }
  return written(tree);
}

/** Never cuts a surrogate pair. */
const cut = (text: PgText, most: number): PgText =>
  text === null || text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;

function put(tree: Tree, [name = '', ...rest]: readonly string[], json: string): void {
  if (rest.length === 0) {
    tree.set(name, json);
    return;
  }
  const inner = tree.get(name);
  const branch: Tree = inner instanceof Map ? inner : new Map();
  tree.set(name, branch);
  put(branch, rest, json);
}

const written = (tree: Tree): string =>
  `{${[...tree].map(([name, value]) => `${JSON.stringify(name)}:${typeof value === 'string' ? value : written(value)}`).join(',')}}`;
