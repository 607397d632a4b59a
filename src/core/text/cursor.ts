/**
 * Keyset cursors over UUIDv7 keys, newest first: a cursor is the last id of a page, in base64url so that clients don't
 * depend on its format.
 */
export function encodeCursor(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

/** @returns the id, or null if the text isn't a valid cursor. */
export function decodeCursor(cursor: string): string | null {
  if (!/^[A-Za-z0-9_-]{22}$/.test(cursor)) return null;
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The cursor of a feed, oldest change first: the position of the last change that was returned. */
export function encodePosition(position: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(position);
  return bytes.toString('base64url');
}

/** @returns the position, or null if the text isn't a valid cursor of a feed. */
export function decodePosition(cursor: string): bigint | null {
  if (!/^[A-Za-z0-9_-]{11}$/.test(cursor)) return null;
  const position = Buffer.from(cursor, 'base64url').readBigInt64BE();
  return position < 0n ? null : position;
}

/** The cursor of a list that is ordered by urgency, and newest first within it: a rank from 0 to 255, then the id. */
export function encodeRankedCursor(rank: number, id: string): string {
  return Buffer.from(rank.toString(16).padStart(2, '0') + id.replaceAll('-', ''), 'hex').toString('base64url');
}

/** @returns the rank and the id, or null if the text isn't a valid cursor of such a list. */
export function decodeRankedCursor(cursor: string): { rank: number; id: string } | null {
  if (!/^[A-Za-z0-9_-]{23}$/.test(cursor)) return null;
  const bytes = Buffer.from(cursor, 'base64url');
  const id = decodeCursor(bytes.subarray(1).toString('base64url'));
  return id === null ? null : { rank: bytes.readUInt8(), id };
}
