import { sealedColumns } from '#features/sealed-columns.ts';
import { rotateSecrets } from '#platform/secrets/secrets.ts';
import { COMMAND_LINE, type Command, UsageError } from './command.ts';

const UNCHANGED =
  'The key is the one that was in use: to change it, give every process and this command another HONEYFRAME_SECRET, and this one as HONEYFRAME_SECRET_PREVIOUS.';
const counted = (count: number) => `${count} ${count === 1 ? 'secret' : 'secrets'}`;

export const rotateSecretsCommand: Command = {
  name: 'secrets rotate',
  takes: '',
  does: 'seals every stored secret under a new key, while the console runs',
  options: [],
  prepare(_, operands) {
    if (operands.length > 0) throw new UsageError(`It takes nothing, but got "${operands.join(' ')}".`);
    return async ({ secrets, database }) => {
      const { fingerprint, resealed, left, isChanged } = await rotateSecrets(
        secrets,
        database,
        sealedColumns,
        COMMAND_LINE,
      );
      const sealed = `Sealed ${counted(resealed)} under the key ${fingerprint}.`;
      if (left.length === 0) return isChanged ? sealed : `${sealed} ${UNCHANGED}`;
      const lines = left.map(({ place, reason }) => `  ${place}: ${reason}.`);
      throw new Error(
        `${sealed} ${counted(left.length)} could not be opened and stay as they were:\n${lines.join('\n')}\nEnter them again in the console, or run this once more with the key that they are sealed under as HONEYFRAME_SECRET_PREVIOUS.`,
      );
    };
  },
};
