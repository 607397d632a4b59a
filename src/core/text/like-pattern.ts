/** A LIKE pattern that finds a literal text anywhere in the value. */
export const likePattern = (text: string): string => `%${escapedForLike(text)}%`;

/** Escapes a text so that LIKE matches it literally. */
export const escapedForLike = (text: string): string => text.replace(/[\\%_]/g, (found) => `\\${found}`);
