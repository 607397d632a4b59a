import { mediaTypeOf } from '#core/http/media-type.ts';
import { answerText, type ReceivedAnswer } from '#core/text/answer-text.ts';
import { storable } from '#core/text/storable-text.ts';

/** How much of an answer's body is kept, in logs and of what is not text. */
export const KEPT_BODY_BYTES = 64 * 1024;

/** Hides secrets that an answer may quote. */
export type AnswerMasker = { text: (text: string) => string; bytes: (bytes: Buffer) => Buffer };

/** An answer's body as the logs keep it. */
export type KeptBody = {
  /** Null when there was none. */
  response_body: string | null;
  /** `base64`: it is not text, and these are its first 64 KiB. Null for text. */
  response_encoding: 'base64' | null;
  /** Of the whole body as it was read, at most 1 MiB. */
  response_bytes: number | null;
  response_truncated: boolean;
};

/** Of an attempt without an answer. */
export const NO_BODY: KeptBody = {
  response_body: null,
  response_encoding: null,
  response_bytes: null,
  response_truncated: false,
};

/** An answer's body that is not text, in the place of one that is. */
export type BinaryBody = {
  binary: true;
  media_type: string;
  size_bytes: number;
  /** The first 64 KiB. */
  base64: string;
  truncated: boolean;
};

/** Masks first, with some of what is cut off, so that the cut leaves no part of a secret; then cuts between characters. */
export function keptBody(answer: ReceivedAnswer, mask: AnswerMasker): KeptBody {
  const { body } = answer;
  if (body.length === 0) return { ...NO_BODY, response_bytes: 0 };
  const isLong = body.length > 2 * KEPT_BODY_BYTES;
  const begin = isLong ? body.subarray(0, 2 * KEPT_BODY_BYTES) : body;
  const text = answerText({ ...answer, body: begin, isCut: answer.isCut || isLong });
  if (text === null) {
    const { base64, truncated } = binaryBody(answer, mask);
    return {
      response_body: base64,
      response_encoding: 'base64',
      response_bytes: body.length,
      response_truncated: truncated,
    };
  }
  const masked = storable(mask.text(text));
  const isOver = isLong || (masked.length * 3 > KEPT_BODY_BYTES && Buffer.byteLength(masked) > KEPT_BODY_BYTES);
  return {
    response_body: isOver ? firstCharacters(masked) : masked,
    response_encoding: null,
    response_bytes: body.length,
    response_truncated: isOver,
  };
}

const firstCharacters = (text: string): string =>
  new TextDecoder().decode(Buffer.from(text).subarray(0, KEPT_BODY_BYTES), { stream: true });

/** The description of a body that is not text. */
export function binaryBody({ headers, body }: ReceivedAnswer, { bytes }: AnswerMasker): BinaryBody {
  return {
    binary: true,
    media_type: mediaTypeOf(headers),
    size_bytes: body.length,
    base64: bytes(body.subarray(0, 2 * KEPT_BODY_BYTES)).toString('base64', 0, KEPT_BODY_BYTES),
    truncated: body.length > KEPT_BODY_BYTES,
  };
}
