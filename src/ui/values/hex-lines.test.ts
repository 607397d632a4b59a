import { expect, test } from 'vitest';
import { hexLines } from './hex-lines.ts';

test('bytes are shown by place, in hex and as ASCII, no more of them than asked for', () => {
  const bytes = Buffer.from([
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x7f, 0x20,
  ]);
  expect(hexLines(bytes.toString('base64'), 256)).toEqual([
    '0000  89 50 4e 47 0d 0a 1a 0a 00 00 00 0d 49 48 44 52  .PNG........IHDR',
    '0010  7f 20                                            . ',
  ]);
  expect(hexLines(bytes.toString('base64'), 2)).toEqual(['0000  89 50                                            .P']);
  expect(hexLines('', 256)).toEqual([]);
});
