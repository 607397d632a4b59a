-- CreateTable
CREATE TABLE "dataintel"."audit_chain" (
    "organization_id" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "audit_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_chain_pkey" PRIMARY KEY ("organization_id","position")
);

-- CreateTable
CREATE TABLE "dataintel"."pipeline_runs" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "organization_id" TEXT NOT NULL,
    "recipe_id" TEXT NOT NULL,
    "recipe_name" TEXT NOT NULL,
    "dataset_id" TEXT,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "trigger" TEXT,
    "error" TEXT,
    "rows_in" BIGINT,
    "rows_out" BIGINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "pipeline_runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dataintel"."pipeline_run_change" (
    "organization_id" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "run_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "recipe_id" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "run" JSONB NOT NULL,

    CONSTRAINT "pipeline_run_change_pkey" PRIMARY KEY ("organization_id","position")
);

-- CreateIndex
CREATE UNIQUE INDEX "audit_chain_audit_id_key" ON "dataintel"."audit_chain"("audit_id");

-- CreateIndex
CREATE INDEX "pipeline_runs_organization_id_id_idx" ON "dataintel"."pipeline_runs"("organization_id", "id");

-- CreateIndex
CREATE INDEX "pipeline_runs_organization_id_recipe_id_id_idx" ON "dataintel"."pipeline_runs"("organization_id", "recipe_id", "id");

-- CreateIndex
CREATE INDEX "pipeline_run_change_run_id_position_idx" ON "dataintel"."pipeline_run_change"("run_id", "position");

-- CreateIndex
CREATE INDEX "pipeline_run_change_changed_at_idx" ON "dataintel"."pipeline_run_change"("changed_at");

-- AddForeignKey
ALTER TABLE "dataintel"."pipeline_runs" ADD CONSTRAINT "pipeline_runs_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "dataintel"."pipeline_runs"
  ADD CONSTRAINT "pipeline_runs_status_check" CHECK ("status" IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  -- Numbers that JSON carries exactly.
  ADD CONSTRAINT "pipeline_runs_rows_in_check" CHECK ("rows_in" BETWEEN 0 AND 9007199254740991),
  ADD CONSTRAINT "pipeline_runs_rows_out_check" CHECK ("rows_out" BETWEEN 0 AND 9007199254740991),
  -- The change stream must see what the status was before.
  REPLICA IDENTITY FULL;

CREATE FUNCTION "dataintel".touch_pipeline_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_at := clock_timestamp();
  RETURN NEW;
END
$$;

CREATE TRIGGER "pipeline_run_is_touched" BEFORE UPDATE ON "dataintel"."pipeline_runs"
  FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION "dataintel".touch_pipeline_run();

CREATE SEQUENCE "dataintel"."pipeline_run_change_position";

-- Runs as the transaction commits, under a lock of the organization's that is free again with the commit: whoever sees a
-- position sees all that are lower, however long a transaction was held open. SECURITY DEFINER, for the platform may
-- write runs and nothing else.
CREATE FUNCTION "dataintel".note_pipeline_run_change() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('dataintel.pipeline_runs ' || NEW.organization_id, 0));
  INSERT INTO "dataintel"."pipeline_run_change"
      ("organization_id", "position", "run_id", "status", "recipe_id", "changed_at", "run")
    VALUES (NEW.organization_id, nextval('dataintel.pipeline_run_change_position'), NEW.id, NEW.status, NEW.recipe_id,
      NEW.changed_at, to_jsonb(NEW));
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER "pipeline_run_start_is_noted" AFTER INSERT ON "dataintel"."pipeline_runs"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "dataintel".note_pipeline_run_change();
CREATE CONSTRAINT TRIGGER "pipeline_run_change_is_noted" AFTER UPDATE ON "dataintel"."pipeline_runs"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION "dataintel".note_pipeline_run_change();
-- ALWAYS, so that a session in replica mode is not exempt.
ALTER TABLE "dataintel"."pipeline_runs"
  ENABLE ALWAYS TRIGGER "pipeline_run_is_touched",
  ENABLE ALWAYS TRIGGER "pipeline_run_start_is_noted",
  ENABLE ALWAYS TRIGGER "pipeline_run_change_is_noted";

-- Every column, in the text that jsonb has on every server.
CREATE FUNCTION "dataintel".audit_hash(previous bytea, entry "dataintel"."audit_log") RETURNS bytea
  LANGUAGE sql STABLE AS $$
  SELECT sha256(previous || convert_to(jsonb_build_array(entry.id, entry.organization_id,
    to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), entry.actor_type, entry.actor_id,
    entry.actor_name, entry.action, entry.target_type, entry.target_id, entry.target_name, entry.ip, entry.user_agent,
    entry.severity, entry.details)::text, 'UTF8'))
$$;

-- Adds a row to the end of its organization's chain. The lock is the organization's and free again with the commit.
CREATE FUNCTION "dataintel".chain_audit_row(entry "dataintel"."audit_log") RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  chain text := coalesce(entry.organization_id, '');
  last_position bigint;
  last_hash bytea;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('dataintel.audit_log ' || chain, 0));
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

DO $$
DECLARE
  entry "dataintel"."audit_log";
BEGIN
  FOR entry IN SELECT * FROM "dataintel"."audit_log" ORDER BY id LOOP
    PERFORM "dataintel".chain_audit_row(entry);
  END LOOP;
END
$$;

CREATE FUNCTION "dataintel".chain_new_audit_row() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM "dataintel".chain_audit_row(NEW);
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER "audit_log_is_chained" AFTER INSERT ON "dataintel"."audit_log"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "dataintel".chain_new_audit_row();
ALTER TABLE "dataintel"."audit_log" ENABLE ALWAYS TRIGGER "audit_log_is_chained";

CREATE TRIGGER "audit_chain_is_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "dataintel"."audit_chain"
  FOR EACH STATEMENT EXECUTE FUNCTION "dataintel".refuse_audit_log_change();
ALTER TABLE "dataintel"."audit_chain" ENABLE ALWAYS TRIGGER "audit_chain_is_append_only";
