import { refuseMethod } from '#api/refuse-method.ts';
import { handleTwilioStatus } from '#api/twilio-status.ts';
import { currentPlatform } from '#platform/current-platform.ts';

type Context = { params: Promise<{ connector_id: string }> };

export const POST = async (request: Request, { params }: Context) =>
  handleTwilioStatus(await currentPlatform(), request, (await params).connector_id);

const refuse = refuseMethod('POST');

export { refuse as DELETE, refuse as GET, refuse as OPTIONS, refuse as PATCH, refuse as PUT };
