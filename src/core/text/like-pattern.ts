/** A pattern for LIKE that looks for a text as it is written, anywhere. */
export const likePattern = (text: string): string => `%${escapedForLike(text)}%`;

/** A text as LIKE takes it to the letter. */
export const escapedForLike = (text: string): string => text.replace(/[\\%_]/g, (found) => `\\${found}`);
