import { acceptAuditLog } from '#features/audit-log/accept-audit-log.ts';
import { type Anchor, type ChainVerdict, hasLink, verifyAuditChain } from '#features/audit-log/verify-audit-chain.ts';
import { COMMAND_LINE, type Command, UsageError } from './command.ts';

export const verifyAuditCommand: Command = {
  name: 'audit verify',
  takes: '[--anchor NUMBER:HASH[,NUMBER:HASH…]]',
  does: 'computes the hash chain of the audit log again, and fails when a row was changed or taken out; with anchors from the log or the page, also when the end was cut off since',
  options: ['anchor'],
  prepare({ anchor }, operands) {
    const anchors = anchor === undefined ? [] : anchor.split(',').map(readAnchor);
    if (operands.length > 0) throw new UsageError(`It takes nothing, but got "${operands.join(' ')}".`);
    return async (platform) => {
      const verdicts = await verifyAuditChain(platform);
      const gone: Anchor[] = [];
      for (const one of anchors) if (!(await hasLink(platform, one))) gone.push(one);
      const report = [
        ...verdicts.map(lineOf),
        ...gone.map(
          ({ position, hash }) =>
            `BROKEN: no chain has the anchor ${position}:${hash}. The end of a chain was cut off or replaced after it was noted.`,
        ),
      ].join('\n');
      if (gone.length > 0 || verdicts.some(({ broken }) => broken !== null)) throw new Error(report);
      return report || 'The audit log is empty.';
    };
  },
};

function readAnchor(text: string): Anchor {
  const [, position, hash] = /^\s*(\d{1,15}):([0-9a-f]{64})\s*$/i.exec(text) ?? [];
  if (!position || !hash)
    throw new UsageError(`"${text}" is no anchor: give NUMBER:HASH as the log and the page show it.`);
  return { position: Number(position), hash: hash.toLowerCase() };
}

function lineOf({ organization, rows, last_hash, broken }: ChainVerdict): string {
  const whose = organization ? (organization.name ?? organization.id) : 'The installation';
  const count = `${rows} ${rows === 1 ? 'row' : 'rows'}`;
  if (broken !== null) return `${whose}: BROKEN: ${broken}. The ${count} before are as they were written.`;
  return `${whose}: ${count}, as they were written. The last hash is ${last_hash}. Its anchor is ${rows}:${last_hash}.`;
}

export const acceptAuditCommand: Command = {
  name: 'audit accept',
  takes: '',
  does: 'takes the audit log as it is now, after a backup was restored: what the checks found is cleared, and audited',
  options: [],
  prepare(_, operands) {
    if (operands.length > 0) throw new UsageError(`It takes nothing, but got "${operands.join(' ')}".`);
    return async (platform) => {
      const count = await acceptAuditLog(platform, COMMAND_LINE);
      return count === 0
        ? 'Nothing had been found altered.'
        : `Accepted ${count} altered ${count === 1 ? 'chain' : 'chains'}.`;
    };
  },
};
