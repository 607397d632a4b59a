import { parseArgs } from 'node:util';
import { changeEmailCommand } from './change-email.ts';
import { type Command, UsageError, type Work } from './command.ts';
import { createApiKeyCommand } from './create-api-key.ts';
import { doctorCommand } from './doctor.ts';
import { resetLinkCommand } from './reset-link.ts';
import { rotateSecretsCommand } from './rotate-secrets.ts';
import { acceptAuditCommand, verifyAuditCommand } from './verify-audit.ts';

const COMMANDS: readonly Command[] = [
  createApiKeyCommand,
  resetLinkCommand,
  changeEmailCommand,
  rotateSecretsCommand,
  verifyAuditCommand,
  acceptAuditCommand,
  doctorCommand,
];

/**
 * What was typed, made ready to run.
 * @param typed the arguments behind the program's name.
 * @returns the usage text when help was asked for.
 * @throws UsageError
 */
export function parseCommandLine(typed: readonly string[]): { usage: string } | { work: Work } {
  if (typed.length === 0 || typed.includes('--help') || typed.includes('-h')) return { usage: usage() };
  const command = COMMANDS.find(({ name }) => typed.slice(0, wordsOf(name)).join(' ') === name);
  if (!command) {
    const names = COMMANDS.map(({ name }) => name).join(', ');
    throw new UsageError(`There is no command "${typed.slice(0, 2).join(' ')}". The commands are ${names}.`);
  }
  try {
    const { values, positionals } = parseArgs({
      args: typed.slice(wordsOf(command.name)),
      options: Object.fromEntries(command.options.map((option) => [option, { type: 'string' }])),
      allowPositionals: true,
    });
    return { work: command.prepare(values, positionals) };
  } catch (error) {
    throw new UsageError(`${sentence(error)} Usage: ${lineOf(command)}`);
  }
}

const wordsOf = (name: string): number => name.split(' ').length;

function usage(): string {
  return ['Usage:', ...COMMANDS.map((command) => `  ${lineOf(command)}\n      ${command.does}`)].join('\n');
}

const lineOf = ({ name, takes }: Command) => `npm run --silent cli -- ${name} ${takes}`.trimEnd();

/** Node's own messages go on to explain how to give an operand that begins with a hyphen. */
function sentence(error: unknown): string {
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split(/(?<=\.) /);
  return first.endsWith('.') ? first : `${first}.`;
}
