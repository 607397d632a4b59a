/** A refused call has the server's response in `data`. A call that didn't reach the server has none. */
export type RefusedCall = {
  message: string;
  data?: { issues?: readonly { path: string[]; message: string }[]; current?: unknown } | null;
};

/** A refusal whose message is for people. */
export class Refused extends Error {
  readonly data: { issues: { path: string[]; message: string }[] };

  constructor(message: string, issues: { path: string[]; message: string }[] = []) {
    super(message);
    this.data = { issues };
  }
}

/** What to tell a person about a call that failed: the server's own sentence, or that it could not be reached. */
export function failureMessage(error: RefusedCall): string {
  return error.data ? error.message : 'The console does not answer. Check the connection and try again.';
}
