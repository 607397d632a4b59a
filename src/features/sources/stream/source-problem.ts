/** Why the stream can't be read, as a message for whoever runs the source, and the statement that helps. */
export class SourceProblem extends Error {
  override name = 'SourceProblem';
  readonly remedy: string | null;
  /** Whether the slot is unusable and has to be replaced. */
  readonly needsNewSlot: boolean;

  constructor(message: string, remedy: string | null = null, options?: ErrorOptions & { needsNewSlot?: boolean }) {
    super(message, options);
    this.remedy = remedy;
    this.needsNewSlot = options?.needsNewSlot ?? false;
  }
}

/** `publication`: the statement that failed. `table`: the table that should be read. */
export type Trying = { slot: string; user: string; publication?: string; table?: string };

/** What an error of PostgreSQL means here, by its SQLSTATE (PostgreSQL, appendix A). */
export function explain(error: unknown, { slot, user, publication, table }: Trying): SourceProblem {
  if (error instanceof SourceProblem) return error;
  const { code, message } = described(error);
  const because = { cause: error };
  if (code === '55000' && message.includes('wal_level'))
    return new SourceProblem(
      'The source doesn’t write a logical log. Set wal_level and restart it.',
      `ALTER SYSTEM SET wal_level = 'logical';`,
      because,
    );
  if (code === '42501' && publication !== undefined && /publication|owner|database/.test(message))
    return new SourceProblem(
      `The user "${user}" may not create the publication (${message}). The owner of the tables must create it.`,
      publication,
      because,
    );
  if (code === '42501') return new SourceProblem(...missingRight(message, user, table), because);
  if (code === '42704' && message.startsWith('publication '))
    return new SourceProblem(
      "The publication was dropped and created again, and the slot is still at an earlier position. The log can't be read across that point. Make a new slot.",
      `SELECT pg_drop_replication_slot('${slot}');`,
      { ...because, needsNewSlot: true },
    );
  if (code === '55006')
    return new SourceProblem(
      `Another connection is using the slot (${message}), and the user "${user}" may not end it. The console keeps trying.`,
      `GRANT pg_signal_backend TO ${quoted(user)};`,
      because,
    );
  if (code === '53400')
    return new SourceProblem(
      'The source has no free replication slot. Raise max_replication_slots and restart it, or drop an unused slot.',
      `ALTER SYSTEM SET max_replication_slots = 20;`,
      because,
    );
  if (code === '53300' && message.includes('wal_senders'))
    return new SourceProblem(
      'The source has no free WAL sender. Raise max_wal_senders and restart it.',
      `ALTER SYSTEM SET max_wal_senders = 20;`,
      because,
    );
  if (code === '28P01' || code === '28000')
    return new SourceProblem(
      `The source rejects the user "${user}" (${message}). Check SOURCE_DATABASE_URL.`,
      null,
      because,
    );
  if (code === '3D000')
    return new SourceProblem(
      `The source doesn't have this database (${message}). Check SOURCE_DATABASE_URL.`,
      null,
      because,
    );
  if (code === '55000' && /can no longer|invalidated|lost/.test(message)) return lostSlot(slot, because);
  return new SourceProblem(`The source can't be read (${message}). The console keeps trying.`, null, because);
}

/** Creating a new slot is left to an administrator, because the missed changes can't be read anymore. */
export const lostSlot = (slot: string, because?: ErrorOptions) =>
  new SourceProblem(
    'The slot fell behind by more than the source keeps of its log, so the changes since then are lost. Make a new slot, which starts now, and fill the gap from the tables.',
    `SELECT pg_drop_replication_slot('${slot}');`,
    { ...because, needsNewSlot: true },
  );

/** A standby is not read: a slot that is created there isn't the one that is used after a failover. */
export const standbySource = () =>
  new SourceProblem(
    'The source is a standby, and changes are read from the primary. Check SOURCE_DATABASE_URL. Reading continues by itself once the standby is promoted.',
  );

/** An old primary, or an older copy of the source's disk. */
export const otherLog = () =>
  new SourceProblem(
    'The source is not the server that was read before, or has returned to an earlier state. It may be an old primary after a failover, or a restored disk. It is unknown which of its changes already created events. If it is the right server, make a new slot, which starts now, and fill the gap from the tables.',
    null,
    { needsNewSlot: true },
  );

/** The missing privilege according to PostgreSQL's message, and the statement that grants it. */
function missingRight(message: string, user: string, table: string | undefined): [string, string | null] {
  const to = ` TO ${quoted(user)};`;
  const schema = /permission denied for schema "?([^"]+?)"?$/.exec(message)?.[1];
  if (schema)
    return [
      `The user "${user}" has no access to the schema ${schema}.`,
      `GRANT USAGE ON SCHEMA ${quoted(schema)}${to}`,
    ];
  if (table && /permission denied for (table|relation|view)/.test(message))
    return [
      `The user "${user}" may not read ${table}.`,
      `GRANT SELECT ON ${table.split('.').map(quoted).join('.')}${to}`,
    ];
  if (message.includes('row-level security'))
    return [
      `Row-level security hides rows of ${table ?? 'the table'} from the user "${user}".`,
      `ALTER ROLE ${quoted(user)} BYPASSRLS;`,
    ];
  const call = /permission denied for function (\w+)/.exec(message)?.[1];
  if (call) return [`The user "${user}" may not call ${call}().`, `GRANT EXECUTE ON FUNCTION ${call}()${to}`];
  if (/replication|wal ?sender/i.test(message))
    return [`The user "${user}" may not read the stream (${message}).`, `ALTER ROLE ${quoted(user)} REPLICATION;`];
  return [`The user "${user}" lacks a privilege at the source (${message}).`, null];
}

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

function described(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return described(error.errors[0]);
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, message: error.message.split('\n', 1)[0] || code };
}
