import { sealedColumns } from '#features/sealed-columns.ts';
import { rotateSecrets } from '#platform/secrets.ts';
import { COMMAND_LINE, type Command, UsageError } from './command.ts';

export const rotateSecretsCommand: Command = {
  name: 'secrets rotate',
  takes: '',
  does: 'seals every stored secret under a new key, while the console runs',
  options: [],
  prepare(_, operands) {
    if (operands.length > 0) throw new UsageError(`It takes nothing, but got "${operands.join(' ')}".`);
    return async ({ secrets, database }) => {
      const { fingerprint, resealed } = await rotateSecrets(secrets, database, sealedColumns, COMMAND_LINE);
      return `Sealed ${resealed} ${resealed === 1 ? 'secret' : 'secrets'} under the key ${fingerprint}.`;
    };
  },
};
