import { handleTrpc } from '#api/trpc.ts';
import { currentPlatform } from '#platform/current-platform.ts';

const handle = async (request: Request) => handleTrpc(await currentPlatform(), request);

export { handle as GET, handle as POST };
