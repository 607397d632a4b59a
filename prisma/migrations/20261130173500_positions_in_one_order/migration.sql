-- A transaction that writes for several organizations takes their locks in one order, all before the first position is
-- given. Otherwise two that write in opposite orders would wait for each other as they commit, and one would fail.
-- Which locks a transaction will need is kept in a setting that ends with it.
CREATE FUNCTION "dataintel".want_position_lock(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  wanted text := coalesce(current_setting('honeyframe.position_locks', true), '');
  lock_key text := hashtextextended(name, 0)::text;
BEGIN
  IF NOT lock_key = ANY (string_to_array(wanted, ',')) THEN
    PERFORM set_config('honeyframe.position_locks', concat_ws(',', nullif(wanted, ''), lock_key), true);
  END IF;
END
$$;

CREATE FUNCTION "dataintel".take_position_locks(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(wanted.lock_key) FROM (
    SELECT DISTINCT key::bigint AS lock_key
      FROM unnest(string_to_array(nullif(current_setting('honeyframe.position_locks', true), ''), ',')
        || hashtextextended(name, 0)::text) AS key
      ORDER BY 1
  ) AS wanted;
  -- Held until the commit: the transaction's other rows need not ask again.
  PERFORM set_config('honeyframe.position_locks', '', true);
END
$$;

CREATE FUNCTION "dataintel".want_run_position() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM "dataintel".want_position_lock('dataintel.pipeline_runs ' || NEW.organization_id);
  RETURN NULL;
END
$$;

CREATE FUNCTION "dataintel".want_audit_position() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM "dataintel".want_position_lock('dataintel.audit_log ' || coalesce(NEW.organization_id, ''));
  RETURN NULL;
END
$$;

-- Not deferred: they run before the first of those that give positions.
CREATE TRIGGER "pipeline_run_start_wants_position" AFTER INSERT ON "dataintel"."pipeline_runs"
  FOR EACH ROW EXECUTE FUNCTION "dataintel".want_run_position();
CREATE TRIGGER "pipeline_run_change_wants_position" AFTER UPDATE ON "dataintel"."pipeline_runs"
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION "dataintel".want_run_position();
CREATE TRIGGER "audit_log_wants_position" AFTER INSERT ON "dataintel"."audit_log"
  FOR EACH ROW EXECUTE FUNCTION "dataintel".want_audit_position();
ALTER TABLE "dataintel"."pipeline_runs"
  ENABLE ALWAYS TRIGGER "pipeline_run_start_wants_position",
  ENABLE ALWAYS TRIGGER "pipeline_run_change_wants_position";
ALTER TABLE "dataintel"."audit_log" ENABLE ALWAYS TRIGGER "audit_log_wants_position";

CREATE OR REPLACE FUNCTION "dataintel".note_pipeline_run_change() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM "dataintel".take_position_locks('dataintel.pipeline_runs ' || NEW.organization_id);
  INSERT INTO "dataintel"."pipeline_run_change"
      ("organization_id", "position", "run_id", "status", "recipe_id", "changed_at", "run")
    VALUES (NEW.organization_id, nextval('dataintel.pipeline_run_change_position'), NEW.id, NEW.status, NEW.recipe_id,
      NEW.changed_at, to_jsonb(NEW));
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION "dataintel".chain_audit_row(entry "dataintel"."audit_log") RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  chain text := coalesce(entry.organization_id, '');
  last_position bigint;
  last_hash bytea;
BEGIN
  PERFORM "dataintel".take_position_locks('dataintel.audit_log ' || chain);
  SELECT c."position", c.hash INTO last_position, last_hash FROM "dataintel"."audit_chain" c
    WHERE c.organization_id = chain ORDER BY c."position" DESC LIMIT 1;
  -- A transaction of a stricter isolation may not see the last link: it fails as serialization does, and can be tried again.
  INSERT INTO "dataintel"."audit_chain" ("organization_id", "position", "audit_id", "hash")
    VALUES (chain, coalesce(last_position, 0) + 1, entry.id,
      "dataintel".audit_hash(coalesce(last_hash, ''::bytea), entry))
    ON CONFLICT ("organization_id", "position") DO NOTHING;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Another transaction has written to the audit log: try again.' USING ERRCODE = 'serialization_failure';
  END IF;
END
$$;
