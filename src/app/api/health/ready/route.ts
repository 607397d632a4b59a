import { healthResponse, readinessOf } from '#api/health.ts';
import { refuseMethod } from '#api/refuse-method.ts';
import { currentPlatform } from '#platform/current-platform.ts';

export const GET = async () => healthResponse(await readinessOf((await currentPlatform()).pool)());

const refuse = refuseMethod('GET');

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as POST, refuse as PUT };
