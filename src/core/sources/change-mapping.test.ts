import { describe, expect, test } from 'vitest';
import { type Change, type ChangeMapping, mapChange } from './change-mapping.ts';

const mapping: ChangeMapping = {
  table: 'public.orders',
  operations: ['insert', 'update'],
  conditions: [],
  event_type: 'order.changed',
  fields: {},
  organization: { id: 'org' },
};
const kinds = { id: 'number', state: 'text', note: 'text', owner: 'text' } as const;
const change = (given: Partial<Change> = {}): Change => ({
  table: 'public.orders',
  operation: 'update',
  row: { id: '1', state: 'paid', note: null, owner: 'org-2' },
  old: { id: '1', state: 'new', note: null, owner: 'org-2' },
  kinds,
  ...given,
});
const dataOf = (one: Partial<ChangeMapping>, other: Partial<Change> = {}) => {
  const mapped = mapChange({ ...mapping, ...one }, change(other));
  return mapped.is === 'event' ? JSON.parse(mapped.bare_data) : mapped.is;
};

describe('a mapping', () => {
  test('takes all columns unless told, and leaves out what PostgreSQL did not send', () => {
    expect(dataOf({})).toEqual({ id: 1, state: 'paid', note: null, owner: 'org-2' });
    expect(dataOf({}, { row: { id: '1', state: 'paid', note: undefined } })).toEqual({ id: 1, state: 'paid' });
  });

  test('fills members, nested ones too, from columns', () => {
    expect(dataOf({ fields: { order_id: 'id', 'state.now': 'state', 'state.note': 'note' } })).toEqual({
      order_id: 1,
      state: { now: 'paid', note: null },
    });
  });

  test('cuts a text that is too long, and never a character in two', () => {
    const fields = { note: { column: 'note', most: 4 } };
    expect(dataOf({ fields }, { row: { ...change().row, note: '12345' } })).toEqual({ note: '123…' });
    expect(dataOf({ fields }, { row: { ...change().row, note: '12😀5' } })).toEqual({ note: '12…' });
  });

  test.each([
    ['becomes', 'paid', 'new', 'paid', true],
    ['becomes', 'paid', 'paid', 'paid', false],
    ['becomes', 'paid', 'paid', 'sent', false],
    ['changes', null, 'new', 'paid', true],
    ['changes', null, 'paid', 'paid', false],
    ['is', 'paid', 'paid', 'paid', true],
    ['is', null, 'paid', 'paid', false],
    ['is_not', 'paid', 'new', 'sent', true],
  ] as const)('with %s %s holds from %s to %s: %s', (testing, value, from, to, holds) => {
    const mapped = dataOf(
      { conditions: [{ column: 'state', test: testing, value }] },
      { row: { ...change().row, state: to }, old: { ...change().row, state: from } },
    );
    expect(mapped !== 'nothing').toBe(holds);
  });

  test('of what becomes so holds for a new row, and where nobody says how the row was', () => {
    const conditions = [{ column: 'state', test: 'becomes', value: 'paid' }] as const;
    expect(dataOf({ conditions }, { operation: 'insert', old: null })).not.toBe('nothing');
    expect(dataOf({ conditions }, { old: null })).not.toBe('nothing');
  });

  test('takes the organization from a column, and counts a row without one as refused unless it may have none', () => {
    const organization = { column: 'owner' };
    expect(mapChange({ ...mapping, organization }, change())).toMatchObject({ organization_id: 'org-2' });
    expect(mapChange({ ...mapping, organization }, change({ row: { ...change().row, owner: null } }))).toMatchObject({
      is: 'impossible',
      reason: expect.stringContaining('has no organization'),
    });
    expect(
      dataOf({ organization: { ...organization, optional: true } }, { row: { ...change().row, owner: null } }),
    ).toBe('nothing');
  });

  test.each(['insert', 'update', 'delete'] as const)('says the operation of its event: %s', (operation) => {
    const all = { ...mapping, operations: ['insert', 'update', 'delete'] as const };
    const dataOfEvent = (one: Partial<ChangeMapping>, kindsOf = kinds) => {
      const mapped = mapChange({ ...all, ...one }, change({ operation, kinds: kindsOf }));
      return mapped.is === 'event' ? JSON.parse(mapped.data) : null;
    };
    expect(dataOfEvent({})).toEqual({ operation, id: 1, state: 'paid', note: null, owner: 'org-2' });
    expect(dataOfEvent({ fields: { operation: 'state' } })).toEqual({ change_operation: operation, operation: 'paid' });
    expect(dataOfEvent({ fields: { 'operation.kind': 'state' } })).toEqual({
      change_operation: operation,
      operation: { kind: 'paid' },
    });
  });

  test('does not take a long value that was not sent for another one, and says what is missing', () => {
    const row = { id: '1', state: 'paid', note: undefined, owner: 'org-2' };
    const when = (testing: 'is' | 'is_not' | 'becomes' | 'changes', operation: 'update' | 'delete' = 'update') =>
      mapChange(
        { ...mapping, operations: ['update', 'delete'], conditions: [{ column: 'note', test: testing, value: 'x' }] },
        change({ row, old: null, operation }),
      ).is;
    expect([when('changes'), when('becomes')]).toEqual(['nothing', 'nothing']);
    expect([when('is'), when('is_not'), when('is', 'delete')]).toEqual(['impossible', 'impossible', 'impossible']);
  });

  test('says which column is not there any more', () => {
    expect(mapChange({ ...mapping, fields: { state: 'status' } }, change())).toEqual({
      is: 'impossible',
      reason: expect.stringContaining('public.orders has no column "status"'),
    });
  });

  test('looks at nothing of other tables and operations', () => {
    expect(dataOf({}, { table: 'public.others' })).toBe('nothing');
    expect(dataOf({}, { operation: 'delete', old: null })).toBe('nothing');
  });
});
