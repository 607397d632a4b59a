import { endedSentence } from '#core/ended.ts';
import { emailSchema } from '#features/people/auth/email.ts';
import { orTaken, setAddress } from '#features/people/auth/set-address.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { COMMAND_LINE, type Command, UsageError } from './command.ts';

export const changeEmailCommand: Command = {
  name: 'users change-email',
  takes: 'EMAIL NEW_EMAIL',
  does: 'changes the address of an account; the new address counts as unconfirmed',
  options: [],
  prepare(_, [email, given, ...rest]) {
    if (email === undefined || given === undefined || rest.length > 0)
      throw new UsageError('Give the current address of the account and the new one.');
    const to = emailSchema.safeParse(given);
    if (!to.success) throw new UsageError(`${given} is not an e-mail address. Check its spelling.`);
    return async ({ database }) => {
      const ended = await inTransaction(database, async (tx) => {
        const user = await tx.user.findUnique({ where: { email: email.toLowerCase() } });
        if (!user) throw new Refusal('NOT_FOUND', `No account has the e-mail address ${email}. Check its spelling.`);
        return setAddress(tx, user.id, { email: to.data, confirmed: false, details: { by: COMMAND_LINE } });
      }).catch(orTaken);
      return [`The address is now ${to.data}. It counts as unconfirmed.`, endedSentence(ended)]
        .filter(Boolean)
        .join(' ');
    };
  },
};
