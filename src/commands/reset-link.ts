import { createResetLink } from '#features/people/passwords/create-reset-link.ts';
import { consoleUrl } from '#platform/http/http-server.ts';
import { COMMAND_LINE, type Command, UsageError } from './command.ts';

export const resetLinkCommand: Command = {
  name: 'users reset-link',
  takes: 'EMAIL',
  does: 'prints a link for choosing a new password, which works once and expires after 24 hours',
  options: [],
  prepare(_, [email, ...rest]) {
    if (email === undefined || rest.length > 0) throw new UsageError('Give one e-mail address.');
    return async (platform) => `${consoleUrl(platform.config)}${await createResetLink(platform, email, COMMAND_LINE)}`;
  },
};
