import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EMPTY_DRAFT, readDraft, withoutRequest, withRequest } from './workbench-draft.ts';

describe('a draft', () => {
  test('is read as it was kept', () => {
    const draft = {
      text: "img-src 'self'",
      requested: [
        { id: 'a', alternative: null },
        { id: 'b', alternative: 'img-src b' },
      ],
      isPicked: true,
    };
    expect(readDraft(JSON.stringify(draft))).toEqual(draft);
  });

  test('that is none of ours is empty', () => {
    for (const kept of [undefined, '', '[]', 'null', '{}', '{"text":1}', '"text"', '{'])
      expect(readDraft(kept)).toEqual(EMPTY_DRAFT);
    expect(readDraft('{"text":"x","requested":[1,null,{},{"id":2},{"id":"a","alternative":3}]}')).toEqual({
      text: 'x',
      requested: [{ id: 'a', alternative: null }],
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

  test('has one request for a group, where it was', () => {
    const two = withRequest(withRequest(EMPTY_DRAFT, { id: 'a', alternative: null }), { id: 'b', alternative: null });
    expect(withRequest(two, { id: 'a', alternative: 'x' }).requested).toEqual([
      { id: 'a', alternative: 'x' },
      { id: 'b', alternative: null },
    ]);
    expect(withoutRequest(two, 'a').requested).toEqual([{ id: 'b', alternative: null }]);
  });
});
