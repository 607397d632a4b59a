/** A LIKE pattern that finds a text literally, anywhere in the value. */
export const likePattern = (text: string): string => `%${escapedForLike(text)}%`;

/** A text escaped so that LIKE takes it literally. */
export const escapedForLike = (text: string): string => text.replace(/[\\%_]/g, (found) => `\\${found}`);
