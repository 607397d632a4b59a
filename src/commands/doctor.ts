import { z } from 'zod';
import { findRefusedPorts } from '#features/refused-ports.ts';
import { findUnopened } from '#features/sealed-columns.ts';
import type { Platform } from '#platform/scope.ts';
import { processName, runningProcesses } from '#platform/secrets/key-holders.ts';
import { type Command, UsageError } from './command.ts';

/** What a check found. A failure needs a person; a warning is a risk that somebody may have chosen. */
type Finding = { level: 'ok' | 'warning' | 'failure'; about: string; words: string };

const ok = (about: string, words: string): Finding => ({ level: 'ok', about, words });
const warning = (about: string, words: string): Finding => ({ level: 'warning', about, words });
const failure = (about: string, words: string): Finding => ({ level: 'failure', about, words });

export const doctorCommand: Command = {
  name: 'doctor',
  takes: '',
  does: 'checks the configuration, database, audit tables, keys, destinations, running processes, and partitions, and fails if something is wrong',
  options: [],
  prepare(_, operands) {
    if (operands.length > 0) throw new UsageError(`This command takes no arguments, but got "${operands.join(' ')}".`);
    return async (platform) => {
      const checks = [configuration, database, auditTables, auditChecks, keys, destinations, processes, partitions];
      const findings: Finding[] = [];
      for (const check of checks) findings.push(...(await check(platform)));
      const report = findings.map(({ level, about, words }) => `${level.padEnd(8)}${about}: ${words}`).join('\n');
      if (findings.some(({ level }) => level === 'failure')) throw new Error(report);
      return report;
    };
  },
};

/** It was read without a fault, or nothing would have come this far. */
async function configuration({ config }: Platform): Promise<Finding[]> {
  const isQuiet = ['warn', 'error', 'fatal', 'silent'].includes(config.logLevel);
  return [
    ok('configuration', config.databaseUrl ? 'read; DATABASE_URL is set.' : 'read; the database is the embedded one.'),
    ...(isQuiet
      ? [
          warning(
            'configuration',
            `LOG_LEVEL=${config.logLevel} suppresses the anchors of the audit log, so nothing outside the database can prove that its end was not cut off. Use info.`,
          ),
        ]
      : []),
  ];
}

const servers = z.tuple([
  z.object({
    version: z.string(),
    wal_level: z.string(),
    read_only: z.boolean(),
    seconds_off: z.number(),
  }),
]);

async function database({ pool }: Platform): Promise<Finding[]> {
  const asked = Date.now() / 1000;
  const { rows } = await pool.query(
    `select current_setting('server_version') as version, current_setting('wal_level') as wal_level,
        pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as read_only,
        abs(extract(epoch from clock_timestamp()) - $1)::float as seconds_off`,
    [asked],
  );
  const [{ version, wal_level, read_only, seconds_off }] = servers.parse(rows);
  return [
    read_only
      ? failure(
          'database',
          `PostgreSQL ${version} accepts no writes, because it is a standby or read-only. Point DATABASE_URL to the primary.`,
        )
      : ok('database', `PostgreSQL ${version} responds and accepts writes; its schema is up to date.`),
    ...(wal_level === 'logical'
      ? []
      : [warning('database', `wal_level is ${wal_level}. If the change stream reads this server, set it to logical.`)]),
    ...(seconds_off > 5
      ? [warning('database', `its clock and this machine's are ${Math.round(seconds_off)} s apart. Check NTP on both.`)]
      : []),
  ];
}

const auditTableRows = z.array(
  z.object({
    name: z.string(),
    owner: z.string(),
    is_own: z.boolean(),
    may_change: z.boolean(),
    owns_schema: z.boolean(),
    is_superuser: z.boolean(),
    missing_triggers: z.array(z.string()),
  }),
);

const AUDIT_TRIGGERS = {
  audit_log: ['audit_log_is_append_only', 'audit_log_is_chained'],
  audit_chain: ['audit_chain_is_append_only'],
};

async function auditTables({ pool, config }: Platform): Promise<Finding[]> {
  const { rows } = await pool.query(
    `select c.relname as name, c.relowner::regrole::text as owner,
        pg_has_role(current_user, c.relowner, 'member') as is_own,
        has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER') as may_change,
        pg_has_role(current_user, n.nspowner, 'member') as owns_schema,
        (select rolsuper from pg_roles where rolname = current_user) as is_superuser,
        array(select w.name from unnest($1::text[]) as w(name) where w.name like c.relname || '%' and not exists (
          select from pg_trigger t where t.tgrelid = c.oid and t.tgname = w.name and t.tgenabled = 'A')) as missing_triggers
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'dataintel' and c.relname in ('audit_log', 'audit_chain') order by c.relname`,
    [Object.values(AUDIT_TRIGGERS).flat()],
  );
  const about = 'audit tables';
  return auditTableRows.parse(rows).flatMap((table) => {
    const name = `dataintel.${table.name}`;
    if (table.missing_triggers.length > 0)
      return failure(
        about,
        `${name} lacks or has disabled ${table.missing_triggers.join(' and ')}, so its rows can be changed. Find out who did that, and verify the log.`,
      );
    if (!config.databaseUrl)
      return warning(
        about,
        `${name} belongs to the console, as everything in the embedded database does. Keep the log's anchors on another machine (docs/audit-log.md).`,
      );
    if (table.is_superuser)
      return warning(
        about,
        `the console connects as a superuser, who can change ${name}. Use a separate role for it (docs/audit-log.md).`,
      );
    if (table.is_own)
      return warning(
        about,
        `${name} belongs to ${table.owner}, the role that the console uses, so anybody who takes over the console can change it. Give it another owner (docs/audit-log.md), or keep the log's anchors elsewhere.`,
      );
    if (table.may_change || table.owns_schema)
      return failure(
        about,
        `${name} belongs to ${table.owner}, but the console may still change it${table.owns_schema ? ' through the schema, which it owns' : ''}. Run the statements of docs/audit-log.md again.`,
      );
    return ok(about, `${name} belongs to ${table.owner}; the console can add rows and nothing else.`);
  });
}

async function auditChecks({ database }: Platform): Promise<Finding[]> {
  const about = 'audit log';
  const checks = await database.auditCheck.findMany();
  const broken = checks.filter((check) => check.broken !== null);
  if (broken.length > 0)
    return broken.map(({ organization_id, broken: words }) =>
      failure(
        about,
        `${organization_id === '' ? 'the installation' : `the organization ${organization_id}`}: ${words}.`,
      ),
    );
  const oldest = checks.reduce((least, { checked_at }) => Math.min(least, checked_at.getTime()), Date.now());
  if (checks.length === 0)
    return [
      warning(about, 'its chains have not been checked yet. A process with ROLE=all or worker checks them every hour.'),
    ];
  if (Date.now() - oldest > 3 * 3_600_000)
    return [
      warning(
        about,
        `the last check of a chain started at ${new Date(oldest).toISOString()}. Since then, no process with ROLE=all or worker has been running, or the background job fails: check the application log.`,
      ),
    ];
  return [
    ok(about, `${checks.length} ${checks.length === 1 ? 'chain' : 'chains'} checked within three hours, unaltered.`),
  ];
}

async function keys({ database, secrets }: Platform): Promise<Finding[]> {
  const about = 'keys';
  const { active_key_id, previous_key_id } = await database.installation.findUniqueOrThrow({ where: { id: 1 } });
  const unopened = await findUnopened(secrets, database);
  return [
    ok(about, `the key in use is ${active_key_id}, and this command has it.`),
    ...(previous_key_id
      ? [warning(about, `the rotation from the key ${previous_key_id} is unfinished. Run "secrets rotate" again.`)]
      : []),
    ...unopened.map(({ place, reason }) =>
      failure(about, `${place} cannot be decrypted: ${reason}. Enter it again in the console.`),
    ),
  ];
}

async function destinations(platform: Platform): Promise<Finding[]> {
  const about = 'destinations';
  const refused = await findRefusedPorts(platform);
  return refused.length === 0
    ? [ok(about, 'no webhook or connector uses a port that is not allowed.')]
    : refused.map(({ place, reason }) => failure(about, `${place}: ${reason}`));
}

async function processes({ database }: Platform): Promise<Finding[]> {
  const about = 'processes';
  const { active_key_id } = await database.installation.findUniqueOrThrow({ where: { id: 1 } });
  const running = await runningProcesses(database);
  if (running.length === 0) return [ok(about, 'none is running.')];
  return running.map((one) => {
    const name = processName(one);
    return one.key_ids.includes(active_key_id)
      ? ok(
          about,
          `${name} holds ${one.key_ids.length === 1 ? 'the key in use' : `the keys ${one.key_ids.join(' and ')}`}.`,
        )
      : failure(
          about,
          `${name} lacks the key in use (${active_key_id}) and cannot decrypt any secret. Restart it with that key.`,
        );
  });
}

const days = z.array(z.object({ missing: z.string() }));

async function partitions({ pool }: Platform): Promise<Finding[]> {
  const about = 'partitions';
  const { rows } = await pool.query(
    `select t || '_' || to_char(d, 'YYYYMMDD') as missing
      from unnest(array['event', 'delivery', 'attempt']) as t,
        generate_series((now() at time zone 'UTC')::date, (now() at time zone 'UTC')::date + 1, interval '1 day') as d
      where to_regclass(format('"partition".%I', t || '_' || to_char(d, 'YYYYMMDD'))) is null`,
  );
  const missing = days.parse(rows).map((row) => row.missing);
  return missing.length === 0
    ? [ok(about, 'those for today and tomorrow exist.')]
    : [
        failure(
          about,
          `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing. Start a process with ROLE=all or worker, which creates them.`,
        ),
      ];
}
