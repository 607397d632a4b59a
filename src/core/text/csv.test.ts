import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test.each([
  [['a', 1, null, 'b'], 'a,1,,b'],
  [['say "hi", all', 'two\nlines', 'two\r\nlines'], '"say ""hi"", all","two\nlines","two\r\nlines"'],
  [['=1+1', '+1', '-1', '@x', '\tx', '\rx'], `'=1+1,'+1,'-1,'@x,'\tx,"'\rx"`],
  [['=HYPERLINK("http://x")'], `"'=HYPERLINK(""http://x"")"`],
  [[-1, 0], '-1,0'],
])('%j is the line %j', (cells, line) => {
  expect(csvLine(cells)).toBe(`${line}\r\n`);
});
