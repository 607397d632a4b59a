import { expect, test } from 'vitest';
import { conditionWords, type Mapping, mappingInput, mappingValues, operationWords } from './mapping-values.ts';

const mapping: Mapping = {
  id: '0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21',
  table: 'shop.orders',
  operations: ['insert', 'update'],
  conditions: [
    { column: 'state', test: 'becomes', value: 'paid' },
    { column: 'note', test: 'is', value: null },
    { column: 'owner', test: 'changes' },
  ],
  event_type: 'order.paid',
  fields: { order_id: 'id', 'owner.name': 'owner' },
  organization_column: null,
  enabled: true,
  version: 'v1',
};

test('what the form shows of a mapping is sent back as it was', () => {
  const { id: _, enabled: __, version: ___, ...sent } = mapping;
  expect(mappingInput(mappingValues(mapping))).toEqual(sent);
});

test('a line with one name takes the column of that name', () => {
  expect(mappingInput({ ...mappingValues(mapping), fields: 'id\n\n order_state=state ' }).fields).toEqual({
    id: 'id',
    order_state: 'state',
  });
});

test('a mapping is told in words', () => {
  expect(operationWords(mapping)).toBe('New rows and updates');
  expect(conditionWords(mapping)).toBe('when state becomes paid and note is NULL and owner changes');
  expect(conditionWords({ ...mapping, conditions: [] })).toBe('always');
});
