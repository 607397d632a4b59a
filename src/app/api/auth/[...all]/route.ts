import { handleAuth } from '#api/auth.ts';
import { currentPlatform } from '#platform/current-platform.ts';

const handle = async (request: Request) => handleAuth(await currentPlatform(), request);

export { handle as GET, handle as POST };
