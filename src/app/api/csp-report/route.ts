import { nextRoute } from '#api/next-route.ts';

export const { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } = nextRoute;
