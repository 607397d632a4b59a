import { acceptAuditLog } from '#features/audit-log/accept-audit-log.ts';
import { type Anchor, type ChainVerdict, hasLink, verifyAuditChain } from '#features/audit-log/verify-audit-chain.ts';
import { COMMAND_LINE, type Command, UsageError } from './command.ts';

export const verifyAuditCommand: Command = {
  name: 'audit verify',
  takes: '[--anchor NUMBER:HASH[,NUMBER:HASH…]]',
  does: 'recomputes the hash chain of the audit log, and fails if a row was changed or removed; with anchors from the application log or the page, also if the end was cut off since',
  options: ['anchor'],
  prepare({ anchor }, operands) {
    const anchors = anchor === undefined ? [] : anchor.split(',').map(readAnchor);
    if (operands.length > 0) throw new UsageError(`This command takes no arguments, but got "${operands.join(' ')}".`);
    return async (platform) => {
      const verdicts = await verifyAuditChain(platform);
      const gone: Anchor[] = [];
      for (const one of anchors) if (!(await hasLink(platform, one))) gone.push(one);
      const report = [
        ...verdicts.map(lineOf),
        ...gone.map(
          ({ position, hash }) =>
            `BROKEN: no chain has the anchor ${position}:${hash}. The end of a chain was cut off or replaced after the anchor was logged.`,
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
    throw new UsageError(`"${text}" is not an anchor. Give NUMBER:HASH, as the application log and the page show it.`);
  return { position: Number(position), hash: hash.toLowerCase() };
}

function lineOf({ organization, rows, last_hash, broken, alterations, accepted }: ChainVerdict): string {
  const whose = nameOf(organization?.name ?? organization?.id ?? null);
  const count = `${rows} ${rows === 1 ? 'row' : 'rows'}`;
  const more = alterations.slice(1).map(({ what }) => `\n  ${what}`);
  if (broken !== null) return `${whose}: BROKEN: ${broken}. The ${count} before it are unaltered.${more.join('')}`;
  const but = accepted > 0 ? `, except ${accepted} accepted ${accepted === 1 ? 'alteration' : 'alterations'}` : '';
  return `${whose}: ${count}, unaltered${but}. The last hash is ${last_hash}. Its anchor is ${rows}:${last_hash}.`;
}

const nameOf = (organization: string | null) => organization ?? 'The installation';

export const acceptAuditCommand: Command = {
  name: 'audit accept',
  takes: '--reason TEXT',
  does: 'accepts the alterations that "audit verify" finds, such as after a backup was restored; they are named in an entry of the log with the reason, and later verifications accept them as they are now',
  options: ['reason'],
  prepare({ reason = '' }, operands) {
    if (operands.length > 0) throw new UsageError(`This command takes no arguments, but got "${operands.join(' ')}".`);
    if (reason.trim() === '') throw new UsageError('Say why in --reason. The reason is kept in the audit log.');
    return async (platform) => {
      const accepted = await acceptAuditLog(platform, COMMAND_LINE, reason.trim().slice(0, 500));
      if (accepted.length === 0) return 'The audit log is unaltered. There is nothing to accept.';
      return accepted
        .map(({ organization, found }) => `${nameOf(organization)}: accepted: ${found.join('; ')}.`)
        .join('\n');
    };
  },
};
