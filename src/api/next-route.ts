import { currentPlatform } from '#platform/current-platform.ts';
import { shareAnswer } from './cors.ts';
import { answerApi } from './http.ts';

const answer = (request: Request): Promise<Response> =>
  shareAnswer(request, async () => answerApi(await currentPlatform(), request));

/** The API as Next's route handlers have it, for plain `next start`; under `src/main.ts` our own server answers it. */
export const nextRoute = {
  DELETE: answer,
  GET: answer,
  HEAD: answer,
  OPTIONS: answer,
  PATCH: answer,
  POST: answer,
  PUT: answer,
};
