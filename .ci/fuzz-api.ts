import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDataDir, removeDataDir, startConsole } from '../src/testing/running-console.ts';
import { PROJECT_DIR, runStep } from './run-step.ts';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const VENV = join(PROJECT_DIR, 'node_modules', '.cache', 'schemathesis');

/** What must hold of every answer. Which values are taken and refused is the business of the tests of each procedure. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'ignored_auth',
  'unsupported_method',
];

/** The text of the installed requirements, or nothing: a change of them installs again. */
function installed(): string {
  const stamp = join(VENV, 'requirements.txt');
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
}

/**
 * Schemathesis, from PyPI, in a virtual environment that `npm install` forgets.
 * @throws Error in one sentence when it cannot be installed here.
 */
function ensureSchemathesis(): string {
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  if (installed() !== wanted) {
    rmSync(VENV, { recursive: true, force: true });
    const commands = [
      ['python3', '-m', 'venv', VENV],
      [join(VENV, 'bin', 'pip'), 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS],
    ] as const;
    for (const [program, ...options] of commands) {
      if (spawnSync(program, options, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) {
        throw new Error(
          `The thorough tests need Schemathesis: ${[program, ...options].join(' ')} failed. Install Python 3.10 or newer with its venv module, and allow PyPI.`,
        );
      }
    }
    writeFileSync(join(VENV, 'requirements.txt'), wanted);
  }
  return join(VENV, 'bin', 'schemathesis');
}

/**
 * Sends made-up requests for every operation of the API document to a console of its own, with a key that may do
 * everything: no answer may be a 5xx, or one that the document does not name.
 * @param examples how many an operation.
 * @returns the exit code of Schemathesis, which prints how to repeat what it found.
 */
export async function fuzzApi(examples: number): Promise<number> {
  const schemathesis = ensureSchemathesis();
  const dataDir = await makeDataDir();
  const env = {
    DATA_DIR: dataDir,
    ADMIN_EMAIL: 'admin@example.com',
    ADMIN_PASSWORD: 'a long password for made-up requests',
    CSP_RATE_LIMIT: '1000000',
    LOG_LEVEL: 'info',
  };
  const running = startConsole(env);
  try {
    const { url } = await running.ready();
    const command = ['api-keys', 'create', '--name', 'Made-up requests', '--scopes', 'read,write,publish,invoke'];
    const cli = startConsole(env, 'src/cli.ts', command);
    await cli.exited;
    return await runStep(
      'schemathesis',
      [
        schemathesis,
        'run',
        `${url}/api/openapi.json`,
        `--header=Authorization: Bearer ${cli.stdout().trim()}`,
        `--checks=${CHECKS.join(',')}`,
        '--phases=coverage,fuzzing,stateful',
        `--max-examples=${examples}`,
        '--workers=2',
        '--continue-on-failure',
        '--warnings=off',
      ],
      { PYTHONDONTWRITEBYTECODE: '1' },
    );
  } finally {
    await running.stop();
    await removeDataDir(dataDir);
  }
}
