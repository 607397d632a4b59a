import {
  type Harm,
  type PublicationFacts,
  quotedTable,
  type TableFacts,
  type WatchedTable,
} from './published-tables.ts';
import { quoted } from './source-problem.ts';

/** A problem that needs attention although reading continues, and the statement that fixes it. */
export type Warning = { message: string; remedy: string | null };

/** Whether a table's changes are read, and if not, why. */
export type TableState = {
  table: string;
  isRead: boolean;
  why: Warning | null;
  warnings: Warning[];
  facts: TableFacts;
};

const KINDS: Record<string, string> = { v: 'a view', m: 'a materialized view', f: 'a foreign table' };

/** Why the table can't be in our publication, whatever the privileges. Null if it can. */
export function hindrance({ table, oid, kind, persistence, harms }: TableFacts): Warning | null {
  if (oid === null)
    return { message: `The source has no table ${table}, so its mapping creates no events.`, remedy: null };
  const other = KINDS[kind ?? ''];
  if (other) return { message: `${table} is ${other}, and only changes of tables can be read.`, remedy: null };
  if (persistence !== 'p')
    return {
      message: `${table} is unlogged. PostgreSQL doesn't log its changes, so they create no events.`,
      remedy: `ALTER TABLE ${quotedTable(table)} SET LOGGED;`,
    };
  const [harm] = harms;
  return harm ? harmful(table, harm) : null;
}

/** Publishing such a table would make the platform's own UPDATE and DELETE fail. */
function harmful(table: string, { part, reason }: Harm): Warning {
  const name = quotedTable(part);
  const which = part === table ? table : `${table} (its partition ${part})`;
  const consequence = 'Publishing it would make UPDATE and DELETE fail, so it is not read.';
  switch (reason) {
    case 'partitions':
      return {
        message: `${which} is partitioned and has no primary key, so a new partition would have none either. ${consequence} Add a primary key to the partitioned table.`,
        remedy: null,
      };
    case 'generated':
      return {
        message: `${which} has a generated column in its replica identity. ${consequence}`,
        remedy: `ALTER TABLE ${name} REPLICA IDENTITY DEFAULT;`,
      };
    case 'nothing':
      return {
        message: `${which} has REPLICA IDENTITY NOTHING. ${consequence}`,
        remedy: `ALTER TABLE ${name} REPLICA IDENTITY FULL;`,
      };
    case 'no_index':
      return {
        message: `${which} has lost the index of its replica identity. ${consequence}`,
        remedy: `ALTER TABLE ${name} REPLICA IDENTITY FULL;`,
      };
    default:
      return {
        message: `${which} has no primary key, or a deferrable one, so its changes can't be told apart. ${consequence}`,
        remedy: `ALTER TABLE ${name} REPLICA IDENTITY FULL;`,
      };
  }
}

/** The state of a table in an existing publication. `refusal`: PostgreSQL's error from trying to add the table. */
export function judgeTable(
  publicationName: string,
  publication: PublicationFacts,
  watched: WatchedTable,
  facts: TableFacts,
  refusal: string | null,
): TableState {
  const { table } = facts;
  const alter = `ALTER PUBLICATION ${quoted(publicationName)}`;
  const unread = (why: Warning): TableState => ({ table, isRead: false, why, warnings: [], facts });
  const stop = hindrance(facts);
  if (stop && !facts.is_member) return unread(stop);
  if (!facts.is_member)
    return unread({
      message: `${table} is not in the publication${refusal ? ` (${refusal})` : ''}, so its changes create no events yet. The other tables are read.`,
      remedy: `${alter} ADD TABLE ONLY ${quotedTable(table)};`,
    });
  if (facts.kind === 'p' && !publication.via_root)
    return unread({
      message: `${table} is partitioned, and the publication sends its changes under the names of the partitions.`,
      remedy: `${alter} SET (publish_via_partition_root = true);`,
    });
  if (publication.via_root && facts.published_as !== null && facts.published_as !== table)
    return unread({
      message: `${table} is now a partition of ${facts.published_as}, and its changes are sent as changes of that table. Map ${facts.published_as} instead.`,
      remedy: null,
    });
  return { table, isRead: true, why: null, warnings: warningsOf(alter, publication, watched, facts, stop), facts };
}

function warningsOf(
  alter: string,
  publication: PublicationFacts,
  { table, needsOld, operations }: WatchedTable,
  facts: TableFacts,
  stop: Warning | null,
): Warning[] {
  const warnings: Warning[] = [];
  const again = `${alter} DROP TABLE ${quotedTable(table)}; ${alter} ADD TABLE ONLY ${quotedTable(table)};`;
  if (stop)
    warnings.push({
      message: `UPDATE and DELETE of ${table} fail while it is published. ${stop.message}`,
      remedy: stop.remedy,
    });
  const missing = operations.filter((operation) => !publication.operations.includes(operation));
  if (missing.length > 0)
    warnings.push({
      message: `The publication doesn't send ${missing.map((one) => `${one}s`).join(' or ')}, which a mapping of ${table} needs.`,
      remedy: `${alter} SET (publish = 'insert, update, delete, truncate');`,
    });
  if (facts.listed_columns)
    warnings.push({
      message: `The publication sends only these columns of ${table}: ${facts.listed_columns.join(', ')}.`,
      remedy: again,
    });
  if (facts.filter)
    warnings.push({ message: `The publication sends only rows of ${table} where ${facts.filter}.`, remedy: again });
  if (facts.silent_parts.length > 0)
    warnings.push({
      message: `Changes in ${facts.silent_parts.slice(0, 5).join(', ')} create no events, because PostgreSQL doesn't log changes of foreign and unlogged partitions.`,
      remedy: null,
    });
  if (needsOld && facts.not_full.length > 0)
    warnings.push({
      message: `${table} sends no old values. Conditions with "becomes" or "changes" are therefore true on every update, even if the column keeps its value, and a delete sends only the key.`,
      remedy: facts.not_full
        .slice(0, 20)
        .map((part) => `ALTER TABLE ${quotedTable(part)} REPLICA IDENTITY FULL;`)
        .join(' '),
    });
  return warnings;
}
