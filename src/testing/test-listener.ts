import type { RequestListener } from 'node:http';
import { answerRequests } from '#api/answer-requests.ts';
import type { Platform } from '#platform/scope.ts';

const nextOne: RequestListener = (_, response) => void response.end('from Next');

/** What the console's own server answers with, on a platform of a test; Next is a sentence. */
export const testListener = (
  platform: Platform,
  given: Partial<Parameters<typeof answerRequests>[1]> = {},
): RequestListener =>
  answerRequests(platform, { pages: nextOne, isUp: () => true, ending: new AbortController().signal, ...given });
