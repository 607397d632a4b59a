import { sealedColumns } from '#features/sealed-columns.ts';
import { rotateSecrets } from '#platform/secrets/secrets.ts';
import { COMMAND_LINE, type Command, UsageError } from './command.ts';

const UNCHANGED =
  'The key did not change. To rotate it, start every process and this command with a new HONEYFRAME_SECRET, and with this key as HONEYFRAME_SECRET_PREVIOUS.';
const counted = (count: number) => `${count} ${count === 1 ? 'secret' : 'secrets'}`;

export const rotateSecretsCommand: Command = {
  name: 'secrets rotate',
  takes: '',
  does: 'encrypts every stored secret with a new key, while the console is running',
  options: [],
  prepare(_, operands) {
    if (operands.length > 0) throw new UsageError(`This command takes no arguments, but got "${operands.join(' ')}".`);
    return async ({ secrets, database }) => {
      const { fingerprint, resealed, left, isChanged } = await rotateSecrets(
        secrets,
        database,
        sealedColumns,
        COMMAND_LINE,
      );
      const sealed = `Encrypted ${counted(resealed)} with the key ${fingerprint}.`;
      if (left.length === 0) return isChanged ? sealed : `${sealed} ${UNCHANGED}`;
      const lines = left.map(({ place, reason }) => `  ${place}: ${reason}.`);
      throw new Error(
        `${sealed} ${counted(left.length)} could not be decrypted and did not change:\n${lines.join('\n')}\nEnter them again in the console, or run this command again with the key that they are encrypted with as HONEYFRAME_SECRET_PREVIOUS.`,
      );
    };
  },
};
