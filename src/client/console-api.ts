import { createTRPCReact } from '@trpc/react-query';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '#api/router.ts';

/** The console's hooks onto our own API: what a page knows of the server is the router's type, and nothing else. */
export const api = createTRPCReact<AppRouter>();

type RouterInputs = inferRouterInputs<AppRouter>;

/** What procedures are given, also those whose input may be left out. */
export type Inputs = {
  [Slice in keyof RouterInputs]: {
    // biome-ignore lint/suspicious/noConfusingVoidType: tRPC marks with it what may be left out.
    [Name in keyof RouterInputs[Slice]]: Exclude<RouterInputs[Slice][Name], undefined | void>;
  };
};
export type Outputs = inferRouterOutputs<AppRouter>;
