import { expect, test } from 'vitest';
import { UsageError } from './command.ts';
import { parseCommandLine } from './parse-command-line.ts';

const complaint = (typed: string): string => {
  try {
    parseCommandLine(typed.split(' '));
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return String(error instanceof Error && error.message);
  }
  throw new Error(`${typed} was taken.`);
};

test.each(['', '--help', 'api-keys create --help'])('"%s" shows every command with what it takes', (typed) => {
  const parsed = parseCommandLine(typed.split(' ').filter(Boolean));
  const text = 'usage' in parsed ? parsed.usage : '';
  for (const name of ['api-keys create --name NAME', 'users reset-link EMAIL', 'secrets rotate']) {
    expect(text).toContain(`npm run --silent cli -- ${name}`);
  }
});

test.each([
  'api-keys create --name Robot --scopes read,write',
  'api-keys create --name Robot --scopes publish --org acme --expires-at 2999-01-31T00:00:00Z',
  'users reset-link ada@example.com',
  'secrets rotate',
])('"%s" is taken', (typed) => {
  expect(parseCommandLine(typed.split(' '))).toHaveProperty('work');
});

test.each([
  ['api-key create', /^There is no command "api-key create"\. The commands are api-keys create, /],
  [
    'api-keys create --scopes read',
    /^Give the key a name with --name\. Usage: npm run --silent cli -- api-keys create /,
  ],
  ['api-keys create --name Robot', /^Give the key its scopes with --scopes\. Usage: /],
  ['api-keys create --name Robot --scopes read,fly', /^scopes\.1: .* Usage: /],
  ['api-keys create --name Robot --scopes read --color red', /^Unknown option '--color'\. .*Usage: /],
  [
    'api-keys create --name Robot --scopes read --expires-at 2001-01-31T00:00:00Z',
    /^expires_at: Must be in the future\. /,
  ],
  ['users reset-link', /^Give one e-mail address\. Usage: /],
  ['secrets rotate now', /^This command takes no arguments, but got "now"\. Usage: /],
])('"%s" is told in one line, with what the command takes', (typed, expected) => {
  const line = complaint(typed);
  expect(line).toMatch(expected);
  expect(line).not.toContain('\n');
});
