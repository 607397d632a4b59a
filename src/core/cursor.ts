/**
 * Keyset cursors over UUIDv7 keys, newest first: a cursor is the last id of a page, in base64url so that nobody builds
 * on its shape.
 */
export function encodeCursor(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

/** @returns the id, or null when the text is no cursor of ours. */
export function decodeCursor(cursor: string): string | null {
  if (!/^[A-Za-z0-9_-]{22}$/.test(cursor)) return null;
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The cursor of a feed, oldest change first: the position of the last change that was seen. */
export function encodePosition(position: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(position);
  return bytes.toString('base64url');
}

/** @returns the position, or null when the text is no cursor of a feed. */
export function decodePosition(cursor: string): bigint | null {
  if (!/^[A-Za-z0-9_-]{11}$/.test(cursor)) return null;
  const position = Buffer.from(cursor, 'base64url').readBigInt64BE();
  return position < 0n ? null : position;
}
