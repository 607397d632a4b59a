import { OWN_RULE, type OwnNoiseParts } from '#core/csp/noise/own-noise.ts';
import { BLOCKED_KINDS } from '#core/csp/report/line.ts';
import type { LineFilter } from '#core/csp/report/line-filter.ts';
import type { DuckDbParameter } from '#platform/duckdb.ts';
import type { Parameters } from './parameters.ts';
import { type Fields, type Reading, readSql } from './read-sql.ts';

/** What is read of a line. */
const FIELDS: Fields = {
  ...textFields('id', 'msg', 'type', 'url', 'browser'),
  ...wholeFields('time', 'suppressed', 'dropped'),
  policy: textFields('policy_hash', 'text'),
  csp: {
    ...textFields('disposition', 'directive', 'blocked', 'blocked_kind', 'blocked_host', 'document', 'source_file'),
    ...textFields('sample', 'referrer', 'user_agent', 'browser', 'policy_hash', 'form', 'noise', 'group'),
    ...wholeFields('line', 'column'),
  },
};

function textFields(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, 'VARCHAR']));
}

function wholeFields(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, 'BIGINT']));
}

/**
 * The lines of files as a relation: `time`, `weight` (how many reports a line stands for), `noise` as of today, and
 * the fields of violations. A line that is no JSON, such as a torn one, costs only itself.
 */
export function linesOf(reading: Reading, rules: readonly OwnNoiseParts[], parameters: Parameters): string {
  const read = () => readLines(reading, rules, parameters);
  if (rules.length === 0) return `(select * exclude (is_open) from ${read()})`;
  return `(
    select line.* exclude (is_open) replace (
      case when decided.grp is null then line.noise else decided.noise end as noise)
    from ${read()} as line left join ${decidedSql(read())} as decided
      on case when line.is_open and line.suppressed is not null then line.grp end = decided.grp
        and line.time // ${MINUTE_MS} = decided.minute
  )`;
}

const MINUTE_MS = 60_000;

/**
 * Whether reports that were only counted are noise by the administrators' own rules, by group and minute: a line that
 * stands for many has no code and no page that a rule could look at, so the group's written lines of its minute decide,
 * or else, for reports that a browser held back, all of them. They are noise when every one is.
 */
function decidedSql(lines: string): string {
  return `(
    with minutes as materialized (
      select grp, time // ${MINUTE_MS} as minute, count(suppressed) > 0 as is_asked,
        bool_and(noise is not null) filter (suppressed is null) as is_noise,
        any_value(noise) filter (suppressed is null) as noise
      from ${lines} where is_open and grp is not null group by all
    ),
    asked as (select * from minutes where grp in (select grp from minutes where is_asked)),
    whole as (select grp, bool_and(is_noise) as is_noise, any_value(noise) as noise from asked group by grp)
    select grp, minute,
      case when asked.is_noise is not null then case when asked.is_noise then asked.noise end
        when whole.is_noise then whole.noise end as noise
    from asked join whole using (grp) where asked.is_asked and whole.is_noise is not null
  )`;
}

/** `is_open`: no built-in rule calls it noise, so that the own ones are asked. */
function readLines(reading: Reading, rules: readonly OwnNoiseParts[], parameters: Parameters): string {
  return `(
    select
      time, id, msg, type, url, policy, dropped, suppressed, coalesce(suppressed, 1)::double as weight,
      csp."group" as grp, csp.disposition as disposition, csp.directive as directive, csp.blocked as blocked,
      csp.blocked_kind as blocked_kind, csp.blocked_host as blocked_host, csp.document as document,
      csp.source_file as source_file, csp.line as line, csp."column" as col, csp.sample as sample,
      csp.referrer as referrer, csp.user_agent as user_agent, csp.policy_hash as policy_hash, csp.form as form,
      case when csp."group" is null then browser when suppressed is null then coalesce(csp.browser, 'Other') end as browser,
      ${noiseSql(rules, parameters)} as noise,
      csp.noise is null or starts_with(csp.noise, '${OWN_RULE}') as is_open
    from ${readSql(reading, FIELDS, parameters)}
    where time is not null
  )`;
}

const HOST_OF = (host: string) => `regexp_replace(lower(${host}), ':[0-9]+$', '')`;
const AUTHORITY_OF = (url: string) => `regexp_extract(lower(${url}), '^[a-z][a-z0-9+.-]*://([^/?#]+)', 1)`;

const isAtOrBelow = (name: string, host: string) => `(${name} = ${host} or ends_with(${name}, '.' || ${host}))`;

/** `noiseToday` in SQL. */
function noiseSql(rules: readonly OwnNoiseParts[], parameters: Parameters): string {
  const cases = rules.flatMap(({ id, hosts = [], schemes = [], samples = [] }) => {
    const parts = [
      ...hosts.flatMap((host) => {
        const bound = parameters.bind(host);
        return [HOST_OF('csp.blocked_host'), HOST_OF(AUTHORITY_OF('csp.source_file'))].map((name) =>
          isAtOrBelow(name, bound),
        );
      }),
      ...schemes.flatMap((scheme) => {
        const bound = parameters.bind(scheme);
        return ['csp.blocked', 'csp.source_file', 'csp.document'].map(
          (url) => `split_part(lower(${url}), ':', 1) = ${bound}`,
        );
      }),
      ...samples.flatMap((sample) => {
        const bound = parameters.bind(sample);
        return ['csp.sample', 'csp.source_file'].map((text) => `contains(lower(${text}), lower(${bound}))`);
      }),
    ];
    return parts.length === 0 ? [] : [`when ${parts.join(' or ')} then ${parameters.bind(id)}`];
  });
  return `case when not starts_with(csp.noise, '${OWN_RULE}') then csp.noise ${cases.join(' ')} end`;
}

const TEXTS = [
  'msg',
  'type',
  'url',
  'directive',
  'blocked_host',
  'grp',
  'blocked',
  'document',
  'source_file',
  'sample',
  'referrer',
  'user_agent',
  'browser',
  'coalesce(policy_hash, policy.policy_hash)',
  'policy.text',
];

/** `createLineFilter` in SQL: a condition on the columns of `linesOf`. */
export function whereLines(filter: LineFilter, parameters: Parameters): string {
  const conditions: string[] = [];
  const add = (value: DuckDbParameter | undefined, condition: (bound: string) => string) => {
    if (value !== undefined) conditions.push(condition(parameters.bind(value)));
  };
  add(filter.since, (since) => `time >= ${since}`);
  add(filter.until, (until) => `time < ${until}`);
  add(filter.disposition, (disposition) => `disposition = ${disposition}`);
  add(filter.directive, (directive) => `directive = ${directive}`);
  add(filter.group, (group) => `grp = ${group}`);
  add(filter.blocked_host, (host) => `(blocked_host = ${host} or ${isAtOrBelow(HOST_OF('blocked_host'), host)})`);
  add(filter.document, (part) => `contains(lower(coalesce(document, url)), lower(${part}))`);
  add(
    filter.browser,
    (name) => `(lower(browser) = lower(${name}) or regexp_replace(lower(browser), ' [0-9]+$', '') = lower(${name}))`,
  );
  if (filter.noise !== undefined) conditions.push(filter.noise ? 'noise is not null' : 'noise is null');
  add(filter.q, (part) => `contains(lower(concat_ws(chr(10), ${TEXTS.join(', ')})), lower(${part}))`);
  return conditions.length === 0 ? 'true' : conditions.map((one) => `(${one})`).join(' and ');
}

export const GROUP_ID = '^[0-9a-f]{16}$';

/** In SQL, whether it is one of the kinds, or null: the browser did not tell. */
export function hasKind(kind: string): string {
  return `coalesce(${kind}, 'host') in (${BLOCKED_KINDS.map((one) => `'${one}'`).join(', ')})`;
}

/** Lines of violations, those that were only counted included. Its length tells a group well enough, and sooner. */
export const IS_OF_GROUP = `length(grp) = 16 and ${hasKind('blocked_kind')}`;

/** `sum(weight)`, and quicker. */
export const REPORTS = '(count(*) + coalesce(sum(suppressed - 1), 0))::double';
