/** What we use of it: the package has no types of its own, and those of others bring Express's. */
declare module 'compression' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  /** Compresses what is written to the response from now on, where the client takes it and it is worth it. */
  export default function compression(): (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
}
