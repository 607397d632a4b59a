/** mulberry32 (public domain): the same bodies in every run. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const PIECES = [
  'null',
  '""',
  '[]',
  '{}',
  '-1',
  '1e999',
  '"',
  '\\',
  '\\u0000',
  ':',
  ',',
  '}',
  ']',
  '[',
  'é',
  '[[[[[[[[',
];
PIECES.push('"csp-report":', '"body":', '"__proto__":', '"https://a:b@c/?t=', 'nonce-', '%00', '[redacted]', '//');

/** Changes a body in one place. */
export function mutate(body: Buffer, random: (below: number) => number): Buffer {
  const copy = Buffer.from(body);
  const place = random(copy.length);
  const piece = Buffer.from(PIECES[random(PIECES.length)] ?? '');
  switch (random(5)) {
    case 0:
      copy[place] = random(256);
      return copy;
    case 1:
      return copy.subarray(0, place);
    case 2:
      return Buffer.concat([copy.subarray(0, place), piece, copy.subarray(place)]);
    case 3:
      return Buffer.concat([copy.subarray(0, place), piece, copy.subarray(place + piece.length)]);
    default: {
      const other = random(copy.length);
      return Buffer.concat([copy.subarray(0, place), copy.subarray(Math.max(place, other))]);
    }
  }
}
