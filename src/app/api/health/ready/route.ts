import { healthResponse, ready } from '#api/health.ts';
import { currentPlatform } from '#platform/current-platform.ts';

export const GET = async () => healthResponse(await ready((await currentPlatform()).pool));
