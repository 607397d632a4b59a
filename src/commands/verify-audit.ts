import { type ChainVerdict, verifyAuditChain } from '#features/audit-log/verify-audit-chain.ts';
import { type Command, UsageError } from './command.ts';

export const verifyAuditCommand: Command = {
  name: 'audit verify',
  takes: '',
  does: 'computes the hash chain of the audit log again, and fails when a row was changed or taken out',
  options: [],
  prepare(_, operands) {
    if (operands.length > 0) throw new UsageError(`It takes nothing, but got "${operands.join(' ')}".`);
    return async (platform) => {
      const verdicts = await verifyAuditChain(platform);
      const report = verdicts.map(lineOf).join('\n');
      if (verdicts.some(({ broken }) => broken !== null)) throw new Error(report);
      return report || 'The audit log is empty.';
    };
  },
};

function lineOf({ organization, rows, last_hash, broken }: ChainVerdict): string {
  const whose = organization ? (organization.name ?? organization.id) : 'The installation';
  const count = `${rows} ${rows === 1 ? 'row' : 'rows'}`;
  if (broken !== null) return `${whose}: BROKEN: ${broken}. The ${count} before are as they were written.`;
  return `${whose}: ${count}, as they were written. The last hash is ${last_hash}.`;
}
