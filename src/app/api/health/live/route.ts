import { healthResponse, live } from '#api/health.ts';

export const GET = () => healthResponse(live());
