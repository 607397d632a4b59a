import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { errorBodySchema } from '#platform/http/error-body.ts';
import { CONTRACT_CODES, type ContractCode } from '#platform/trpc/refusal.ts';

const DESCRIPTIONS = {
  VALIDATION: 'The input is invalid. `issues` names each field.',
  UNAUTHENTICATED: 'No session and no valid API key.',
  FORBIDDEN: 'The role or the scope does not allow this.',
  NOT_FOUND: 'The organization has nothing with this id.',
  METHOD_NOT_ALLOWED: 'The path has no such method. `Allow` lists those that it has.',
  CONFLICT: 'It conflicts with the current state, such as a name that is already taken.',
  PAYLOAD_TOO_LARGE: 'The body is larger than 1 MiB.',
  RATE_LIMITED: 'Too many requests. `Retry-After` says after how many seconds to try again.',
  INTERNAL: 'Something failed on our side. The log of the server says what.',
  UNAVAILABLE: 'The database can’t serve this now. `Retry-After` says after how many seconds to try again.',
} satisfies Record<ContractCode, string>;

const retryAfter = {
  description: 'The number of seconds after which to try again.',
  schema: { type: 'integer' },
} as const;

/** An answer in the error body of the contract. */
export const refusal = (description: string, more: ZodOpenApiResponseObject['headers'] = {}) =>
  ({
    description,
    ...(more && Object.keys(more).length > 0 && { headers: more }),
    content: { 'application/json': { schema: errorBodySchema } },
  }) satisfies ZodOpenApiResponseObject;

/** What every operation can be answered, whoever asks and whatever it does. */
export const ALWAYS = ['RATE_LIMITED', 'INTERNAL', 'UNAVAILABLE'] as const satisfies readonly ContractCode[];

/** The answers for these codes, by status; codes with a wait say it as `Retry-After` (RFC 9110, section 10.2.3). */
export const refusals = (...codes: readonly ContractCode[]) =>
  Object.fromEntries(
    codes.map((code) => [
      `${CONTRACT_CODES[code].status}` as `${4 | 5}${string}`,
      refusal(
        DESCRIPTIONS[code],
        code === 'RATE_LIMITED' || code === 'UNAVAILABLE' ? { 'Retry-After': retryAfter } : {},
      ),
    ]),
  );
