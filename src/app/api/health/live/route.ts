import { healthResponse, live } from '#api/health.ts';
import { refuseMethod } from '#api/refuse-method.ts';

export const GET = () => healthResponse(live());

const refuse = refuseMethod('GET');

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as POST, refuse as PUT };
