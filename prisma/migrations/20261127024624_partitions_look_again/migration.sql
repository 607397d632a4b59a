-- to_regclass answers from a cache that waiting for an advisory lock does not refresh: whoever had waited made a day that
-- was there. The catalog itself is asked instead.
CREATE OR REPLACE FUNCTION "public".ensure_partitions(days_ahead integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  parent text;
  day date;
  name text;
  made integer := 0;
  today date := (now() AT TIME ZONE 'UTC')::date;
BEGIN
  FOREACH parent IN ARRAY ARRAY['event', 'delivery', 'attempt'] LOOP
    FOR day IN SELECT d::date FROM generate_series(today - 1, today + days_ahead, interval '1 day') AS d LOOP
      name := parent || '_' || to_char(day, 'YYYYMMDD');
      CONTINUE WHEN to_regclass(format('"partition".%I', name)) IS NOT NULL;
      -- One process makes them; who waited for it looks again.
      PERFORM pg_advisory_xact_lock(4862302);
      CONTINUE WHEN EXISTS (
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = 'partition' AND c.relname = name);
      EXECUTE format('CREATE TABLE "partition".%I (LIKE "public".%I INCLUDING ALL)', name, parent);
      EXECUTE format('ALTER TABLE "public".%I ATTACH PARTITION "partition".%I FOR VALUES FROM (%L) TO (%L)', parent, name,
        uuid_from_time(day::timestamp AT TIME ZONE 'UTC'), uuid_from_time((day + 1)::timestamp AT TIME ZONE 'UTC'));
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END
$$;
