import { handleAuth } from '#api/auth.ts';
import { refuseMethod } from '#api/refuse-method.ts';
import { currentPlatform } from '#platform/current-platform.ts';

const handle = async (request: Request) => handleAuth(await currentPlatform(), request);

export { handle as GET, handle as POST };

const refuse = refuseMethod('GET', 'POST');

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as PUT };
