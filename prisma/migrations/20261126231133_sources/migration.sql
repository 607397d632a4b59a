-- CreateTable
CREATE TABLE "source" (
    "database_key" TEXT NOT NULL,
    "slot_name" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "applied_lsn" BIGINT NOT NULL DEFAULT 0,
    "applied_index" INTEGER NOT NULL DEFAULT 0,
    "last_change_at" TIMESTAMPTZ(3),
    "changes" BIGINT NOT NULL DEFAULT 0,
    "events" BIGINT NOT NULL DEFAULT 0,
    "refused" BIGINT NOT NULL DEFAULT 0,
    "last_refusal" TEXT,
    "last_refusal_at" TIMESTAMPTZ(3),
    "paused_at" TIMESTAMPTZ(3),
    "lease_token" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "lease_holder" TEXT,
    "state" TEXT NOT NULL DEFAULT 'starting',
    "problem" TEXT,
    "remedy" TEXT,
    "warnings" JSONB NOT NULL DEFAULT '[]',
    "gap_at" TIMESTAMPTZ(3),
    "lag_bytes" BIGINT,
    "lag_seconds" DOUBLE PRECISION,
    "retained_bytes" BIGINT,
    "throughput" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "measured_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "source_pkey" PRIMARY KEY ("database_key")
);

-- CreateTable
CREATE TABLE "source_mapping" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "organization_id" TEXT NOT NULL,
    "table_name" TEXT NOT NULL,
    "operations" TEXT[],
    "conditions" JSONB NOT NULL DEFAULT '[]',
    "event_type" TEXT NOT NULL,
    "fields" JSONB NOT NULL DEFAULT '{}',
    "organization_column" TEXT,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "source_mapping_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "source_sample" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "table_name" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "change" JSONB NOT NULL,

    CONSTRAINT "source_sample_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "source_slot_name_key" ON "source"("slot_name");

-- CreateIndex
CREATE INDEX "source_mapping_organization_id_id_idx" ON "source_mapping"("organization_id", "id");

-- CreateIndex
CREATE INDEX "source_sample_table_name_id_idx" ON "source_sample"("table_name", "id");

-- AddForeignKey
ALTER TABLE "source_mapping" ADD CONSTRAINT "source_mapping_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "source"
  ADD CONSTRAINT "source_state_check" CHECK ("state" IN ('starting', 'reading', 'paused', 'broken')),
  ADD CONSTRAINT "source_lease_check" CHECK (("lease_token" IS NULL) = ("lease_until" IS NULL));

-- Its row is written every few seconds, and with every batch of changes.
ALTER TABLE "source" SET (fillfactor = 50);

ALTER TABLE "source_mapping"
  ADD CONSTRAINT "source_mapping_operations_check" CHECK (
    cardinality("operations") > 0 AND "operations" <@ ARRAY['insert', 'update', 'delete']
  );

-- Moves the applied position of a slot and publishes what lies before it, both or nothing: so that each change is one
-- event, whatever is killed when. Only the holder of the lease can, and only forward.
CREATE FUNCTION "public".apply_source_changes(reader uuid, lsn bigint, index_ integer, committed_at timestamptz,
    changes_ integer, refused_ integer, refusal text, events_ json) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  lanes_ uuid[];
  is_stale boolean;
BEGIN
  UPDATE source SET applied_lsn = lsn, applied_index = index_, last_change_at = coalesce(committed_at, last_change_at),
      changes = changes + changes_, events = events + json_array_length(events_), refused = refused + refused_,
      last_refusal = coalesce(refusal, last_refusal),
      last_refusal_at = CASE WHEN refusal IS NULL THEN last_refusal_at ELSE now() END
    WHERE lease_token = reader AND (applied_lsn, applied_index) < (lsn, index_);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Another process reads the change stream by now.' USING ERRCODE = 'HF001';
  END IF;
  IF json_array_length(events_) > 0 THEN
    SELECT array_agg(DISTINCT lane) FILTER (WHERE lane IS NOT NULL), bool_or(p.outcome <> 'created')
      INTO lanes_, is_stale
      FROM publish_events(events_, false) p LEFT JOIN LATERAL unnest(p.lanes) AS lane ON true;
    IF is_stale THEN
      RAISE EXCEPTION 'An event type changed meanwhile.' USING ERRCODE = 'HF002';
    END IF;
  END IF;
  RETURN coalesce(lanes_, '{}');
END
$$;
