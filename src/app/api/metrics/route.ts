import { handleMetrics } from '#api/metrics.ts';
import { refuseMethod } from '#api/refuse-method.ts';
import { currentPlatform } from '#platform/current-platform.ts';

export const GET = async (request: Request) => handleMetrics(await currentPlatform(), request);

const refuse = refuseMethod('GET');

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as POST, refuse as PUT };
