import type { Inputs, Outputs } from '#client/console-api.ts';

export type Mapping = Outputs['sources']['mappings']['list']['items'][number];
type MappingInput = Inputs['sources']['mappings']['create'];
export type ConditionTest = Mapping['conditions'][number]['test'];

/** The values of the form: text, which is parsed when it is sent. */
export type MappingValues = {
  table: string;
  operations: string[];
  event_type: string;
  conditions: { column: string; test: ConditionTest; value: string }[];
  /** One `member = column` per line. */
  fields: string;
  organization_column: string;
};

export const EMPTY_MAPPING: MappingValues = {
  table: '',
  operations: ['insert', 'update'],
  event_type: '',
  conditions: [],
  fields: '',
  organization_column: '',
};

export const TEST_OPTIONS: { value: ConditionTest; label: string }[] = [
  { value: 'is', label: 'is' },
  { value: 'is_not', label: 'is not' },
  { value: 'becomes', label: 'becomes' },
  { value: 'changes', label: 'changes' },
];

export const OPERATION_OPTIONS = [
  { value: 'insert', label: 'New rows' },
  { value: 'update', label: 'Updates' },
  { value: 'delete', label: 'Deletions' },
];

/** A mapping as the form shows it. An empty value means NULL. */
export const mappingValues = (mapping: Mapping): MappingValues => ({
  table: mapping.table,
  operations: mapping.operations,
  event_type: mapping.event_type,
  conditions: mapping.conditions.map(({ column, test, value }) => ({ column, test, value: value ?? '' })),
  fields: Object.entries(mapping.fields)
    .map(([member, column]) => `${member} = ${column}`)
    .join('\n'),
  organization_column: mapping.organization_column ?? '',
});

const isOperation = (text: string): text is Mapping['operations'][number] =>
  OPERATION_OPTIONS.some(({ value }) => value === text);

/** The values of the form in the format of the API. */
export function mappingInput(values: MappingValues): MappingInput {
  return {
    table: values.table,
    operations: values.operations.filter(isOperation),
    event_type: values.event_type.trim(),
    conditions: values.conditions.map(({ column, test, value }) =>
      test === 'changes' ? { column, test } : { column, test, value: value === '' ? null : value },
    ),
    fields: Object.fromEntries(
      values.fields
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => {
          const [member = '', column = member] = line.split('=').map((part) => part.trim());
          return [member, column];
        }),
    ),
    organization_column: values.organization_column || null,
  };
}

/** "New rows and updates". */
export function operationWords({ operations }: Mapping): string {
  const words = OPERATION_OPTIONS.filter(({ value }) => operations.some((one) => one === value)).map(
    ({ label }, index) => (index === 0 ? label : label.toLowerCase()),
  );
  return new Intl.ListFormat('en').format(words);
}

const SHOWN: Record<ConditionTest, string> = { is: 'is', is_not: 'is not', becomes: 'becomes', changes: 'changes' };

/** "when status becomes failed". */
export function conditionWords({ conditions }: Mapping): string {
  if (conditions.length === 0) return 'always';
  const words = conditions.map(({ column, test, value }) =>
    test === 'changes' ? `${column} changes` : `${column} ${SHOWN[test]} ${value ?? 'NULL'}`,
  );
  return `when ${words.join(' and ')}`;
}
