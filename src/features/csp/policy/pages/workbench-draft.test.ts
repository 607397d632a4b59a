import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMPTY_DRAFT, readDraft, withoutWish, withWish } from './workbench-draft.ts';

describe('a draft', () => {
  test('is read as it was kept', () => {
    const draft = {
      text: "img-src 'self'",
      wishes: [
        { id: 'a', way: null },
        { id: 'b', way: 'img-src b' },
      ],
      isPicked: true,
    };
    expect(readDraft(JSON.stringify(draft))).toEqual(draft);
  });

  test('that is none of ours is empty', () => {
    for (const kept of [undefined, '', '[]', 'null', '{}', '{"text":1}', '"text"', '{'])
      expect(readDraft(kept)).toEqual(EMPTY_DRAFT);
    expect(readDraft('{"text":"x","wishes":[1,null,{},{"id":2},{"id":"a","way":3}]}')).toEqual({
      text: 'x',
      wishes: [{ id: 'a', way: null }],
      isPicked: false,
    });
  });

  test('is read from any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (kept) => {
        expect(readDraft(kept)).toHaveProperty('text');
      }),
    );
  });

  test('has one wish for a group, where it was', () => {
    const two = withWish(withWish(EMPTY_DRAFT, { id: 'a', way: null }), { id: 'b', way: null });
    expect(withWish(two, { id: 'a', way: 'x' }).wishes).toEqual([
      { id: 'a', way: 'x' },
      { id: 'b', way: null },
    ]);
    expect(withoutWish(two, 'a').wishes).toEqual([{ id: 'b', way: null }]);
  });
});
