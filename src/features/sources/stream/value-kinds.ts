import { z } from 'zod';
import type { ValueKind } from '#core/sources/pg-value.ts';

/** Types of `pg_type` by their fixed oids. */
const BUILT_IN: Readonly<Record<number, Exclude<ValueKind, object>>> = {
  16: 'boolean',
  20: 'number',
  21: 'number',
  23: 'number',
  26: 'number',
  700: 'number',
  701: 'number',
  1700: 'number',
  114: 'json',
  3802: 'json',
  1114: 'timestamp',
  1184: 'timestamptz',
};

const types = z.array(
  z.object({ oid: z.int(), base: z.int(), element: z.int(), element_base: z.int(), delimiter: z.string() }),
);

/** The types of a table's columns. Types are read once, with domains and arrays resolved. */
export function createValueKinds(client: { query(text: string, values: unknown[]): Promise<{ rows: unknown[] }> }) {
  const known = new Map<number, ValueKind>();
  return async (columns: readonly { name: string; typeOid: number }[]): Promise<Record<string, ValueKind>> => {
    const unknown = [...new Set(columns.map(({ typeOid }) => typeOid))].filter((oid) => !known.has(oid));
    if (unknown.length > 0) {
      const { rows } = await client.query(
        `with recursive base(oid, at) as (
           select oid, oid from pg_type
           union all
           select b.oid, t.typbasetype from base b join pg_type t on t.oid = b.at where t.typtype = 'd'
         ), plain as (select b.oid, b.at from base b join pg_type t on t.oid = b.at where t.typtype <> 'd')
         select p.oid::int4 as oid, p.at::int4 as base,
           (case when t.typcategory = 'A' then t.typelem else 0 end)::int4 as element,
           coalesce(e.at, 0)::int4 as element_base, coalesce(el.typdelim, ',') as delimiter
         from plain p join pg_type t on t.oid = p.at left join plain e on e.oid = t.typelem
           left join pg_type el on el.oid = t.typelem
         where p.oid = any($1::oid[])`,
        [unknown],
      );
      for (const { oid, base, element, element_base, delimiter } of types.parse(rows))
        known.set(
          oid,
          element === 0 ? (BUILT_IN[base] ?? 'text') : { array: BUILT_IN[element_base] ?? 'text', delimiter },
        );
    }
    return Object.fromEntries(columns.map(({ name, typeOid }) => [name, known.get(typeOid) ?? 'text']));
  };
}
