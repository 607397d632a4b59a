import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { curlCommand } from './curl-command.ts';

/** What a shell hands to curl. */
function argumentsOf(command: string, env: Record<string, string>): string[] {
  const script = `curl() { for argument in "$@"; do printf '%s\\0' "$argument"; done; }\n${command}`;
  return execFileSync('sh', ['-c', script], { env: { ...env, NODE_ENV: 'test' }, encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

test('a shell reads the line as the call that it stands for, quotes, dollars and line breaks included', () => {
  const body = JSON.stringify({ message: `It's "$HOME" \`id\` $(id)\n\\done`, metadata: { emoji: '🐝' } });
  const command = curlCommand({
    method: 'POST',
    url: 'http://127.0.0.1:3000/api/connectors/1/test',
    headers: [
      ['Authorization', 'Bearer $HONEYFRAME_API_KEY'],
      ['Content-Type', 'application/json'],
    ],
    body,
  });
  expect(argumentsOf(command, { HONEYFRAME_API_KEY: 'hf_secret' })).toEqual([
    '-X',
    'POST',
    'http://127.0.0.1:3000/api/connectors/1/test',
    '-H',
    'Authorization: Bearer hf_secret',
    '-H',
    'Content-Type: application/json',
    '--data-raw',
    body,
  ]);
});
