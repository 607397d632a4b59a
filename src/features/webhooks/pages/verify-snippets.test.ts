import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { signatureHeaders, signingKey } from '#core/signing/signature.ts';
import { VERIFY_SNIPPETS } from './verify-snippets.ts';

const folder = mkdtempSync(join(tmpdir(), 'honeyframe-snippets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SECRET = 'whsec_c2VjcmV0IG9mIGEgdGVzdA==';
const BODY = '{"id":"1","type":"dataset.updated","data":{"name":"Bücher \\u0000 😀","n":12345678901234567890}}';
const message = { id: '1', timestamp: 1_795_000_000, body: BODY };
const HEADER = signatureHeaders([signingKey(SECRET)], message)['X-Honeyframe-Signature'] ?? '';
/** As during a rotation: the newest secret's digest comes first. */
const ROTATING = `${signatureHeaders([signingKey('another')], message)['X-Honeyframe-Signature']},${HEADER}`;

const codeOf = (name: string) => VERIFY_SNIPPETS.find((snippet) => snippet.name === name)?.code ?? '';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const has = (program: string, ...version: string[]) => spawnSync(program, version).status === 0;

type Runner = {
  name: string;
  /** Whether its language is on this machine. */
  present: boolean;
  /** Around the snippet: a program that prints "true" or "false" for the body and the header that it is called with. */
  file: string;
  program: string;
  command: (path: string) => [string, string[]];
};

const RUNNERS: Runner[] = [
  {
    name: 'TypeScript',
    present: true,
    file: 'snippet.mts',
    program: `${codeOf('TypeScript')}
console.log(isSigned(process.argv[2], process.argv[3], Buffer.from(process.argv[4], 'base64')));`,
    command: (path) => [process.execPath, [path]],
  },
  {
    name: 'Python',
    present: has('python3', '--version'),
    file: 'snippet.py',
    program: `${codeOf('Python')}

import base64, sys
print("true" if is_signed(sys.argv[1], sys.argv[2], base64.b64decode(sys.argv[3])) else "false")`,
    command: (path) => ['python3', [path]],
  },
  {
    name: 'Go',
    present: has('go', 'version'),
    file: 'snippet.go',
    program: `package main

import ("crypto/hmac"; "crypto/sha256"; "encoding/base64"; "encoding/hex"; "fmt"; "os"; "strings")

${codeOf('Go')}

func main() {
	body, _ := base64.StdEncoding.DecodeString(os.Args[3])
	fmt.Println(IsSigned(os.Args[1], os.Args[2], body))
}`,
    command: (path) => ['go', ['run', path]],
  },
  {
    name: 'Ruby',
    present: has('ruby', '--version'),
    file: 'snippet.rb',
    program: `${codeOf('Ruby')}
puts signed?(ARGV[0], ARGV[1], ARGV[2].unpack1('m'))`,
    command: (path) => ['ruby', [path]],
  },
  {
    name: 'PHP',
    present: has('php', '--version'),
    file: 'snippet.php',
    program: `<?php
${codeOf('PHP')}
echo is_signed($argv[1], $argv[2], base64_decode($argv[3])) ? 'true' : 'false';`,
    command: (path) => ['php', [path]],
  },
];

// Go builds its library first.
describe('what a receiver pastes to verify a signature', { timeout: 180_000 }, () => {
  for (const { name, present, file, program, command } of RUNNERS) {
    const why = present ? '' : ' (skipped: its language is not on this machine)';
    test.skipIf(!present)(`in ${name} takes what was signed, with either secret, and nothing else${why}`, () => {
      const path = join(folder, file);
      writeFileSync(path, program);
      const [executable, given] = command(path);
      const isSigned = (header: string, body = BODY) =>
        execFileSync(executable, [...given, SECRET, header, base64(body)], { encoding: 'utf8' }).trim();
      expect(isSigned(HEADER)).toBe('true');
      expect(isSigned(ROTATING)).toBe('true');
      expect(isSigned(HEADER, `${BODY} `)).toBe('false');
      expect(isSigned(HEADER.replace(/^./, (first) => (first === '0' ? '1' : '0')))).toBe('false');
      expect(isSigned('')).toBe('false');
    });
  }

  test('are in the languages that the page names', () => {
    expect(VERIFY_SNIPPETS.map(({ name }) => name)).toEqual([...RUNNERS.map(({ name }) => name), 'curl']);
  });

  const noOpenssl = has('openssl', 'version') ? '' : ' (skipped: openssl is not on this machine)';
  test.skipIf(noOpenssl !== '')(`on a command line prints the digest that the header has${noOpenssl}`, () => {
    const path = join(folder, 'body.json');
    writeFileSync(path, BODY);
    const command = codeOf('curl').split('\n').at(-1) ?? '';
    const printed = execFileSync('sh', ['-c', command], {
      cwd: folder,
      env: { ...process.env, SECRET },
      encoding: 'utf8',
    });
    expect(printed.trim().split(' ').at(-1)).toBe(HEADER);
  });
});
