import { answerReports } from '#api/csp-report.ts';
import { currentPlatform } from '#platform/current-platform.ts';

const handle = async (request: Request) => answerReports(await currentPlatform(), request);

export {
  handle as DELETE,
  handle as GET,
  handle as HEAD,
  handle as OPTIONS,
  handle as PATCH,
  handle as POST,
  handle as PUT,
};
