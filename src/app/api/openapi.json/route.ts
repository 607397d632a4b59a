import { openApiDocument } from '#api/openapi.ts';
import { refuseMethod } from '#api/refuse-method.ts';

const document = JSON.stringify(openApiDocument());

export const GET = () => new Response(document, { headers: { 'content-type': 'application/json' } });

const refuse = refuseMethod('GET');

export { refuse as DELETE, refuse as OPTIONS, refuse as PATCH, refuse as POST, refuse as PUT };
