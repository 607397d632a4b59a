import { handleMcp } from '#api/mcp.ts';
import { currentPlatform } from '#platform/current-platform.ts';

const handle = async (request: Request) => handleMcp(await currentPlatform(), request);

export { handle as DELETE, handle as GET, handle as OPTIONS, handle as PATCH, handle as POST, handle as PUT };
