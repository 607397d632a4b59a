-- AlterTable
ALTER TABLE "source" ADD COLUMN     "is_failover_slot" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "needs_new_slot" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "new_slot_asked_at" TIMESTAMPTZ(3),
ADD COLUMN     "read_until" TIMESTAMPTZ(3),
ADD COLUMN     "timeline" INTEGER;

-- AlterTable
ALTER TABLE "source_mapping" ADD COLUMN     "revision" BIGSERIAL NOT NULL;

-- CreateTable
CREATE TABLE "source_table" (
    "database_key" TEXT NOT NULL,
    "table_name" TEXT NOT NULL,
    "relation_id" BIGINT NOT NULL,
    "publication_entry" BIGINT NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "source_table_pkey" PRIMARY KEY ("database_key","table_name")
);

-- CreateTable
CREATE TABLE "source_gap" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "database_key" TEXT NOT NULL,
    "table_name" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3),
    "until_at" TIMESTAMPTZ(3),
    "changes" BIGINT NOT NULL DEFAULT 0,
    "fill" JSONB,
    "fill_state" TEXT,
    "fill_error" TEXT,
    "looked_at" BIGINT NOT NULL DEFAULT 0,
    "filled" BIGINT NOT NULL DEFAULT 0,
    "known" BIGINT NOT NULL DEFAULT 0,
    "refused" BIGINT NOT NULL DEFAULT 0,
    "closed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "source_gap_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "source_fill" (
    "mapping" TEXT NOT NULL,
    "row_hash" BYTEA NOT NULL,
    "gap_id" UUID NOT NULL,

    CONSTRAINT "source_fill_pkey" PRIMARY KEY ("mapping","row_hash")
);

-- CreateIndex
CREATE INDEX "source_gap_database_key_closed_at_id_idx" ON "source_gap"("database_key", "closed_at", "id");

-- CreateIndex
CREATE INDEX "source_fill_gap_id_idx" ON "source_fill"("gap_id");

-- AddForeignKey
ALTER TABLE "source_fill" ADD CONSTRAINT "source_fill_gap_id_fkey" FOREIGN KEY ("gap_id") REFERENCES "source_gap"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "source_gap"
  ADD CONSTRAINT "source_gap_cause_check" CHECK ("cause" IN ('slot_lost', 'not_published', 'replaced', 'refused')),
  ADD CONSTRAINT "source_gap_fill_check" CHECK (
    "fill_state" IN ('asked', 'running', 'done', 'failed') AND ("fill" IS NULL) = ("fill_state" IS NULL)
  );

-- A counter, for times go back where clocks are set. The sum of all rises with every insert and update.
CREATE FUNCTION "public".count_source_mapping_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.revision := nextval('"public"."source_mapping_revision_seq"');
  RETURN NEW;
END
$$;

CREATE TRIGGER "source_mapping_is_counted" BEFORE UPDATE ON "source_mapping"
  FOR EACH ROW EXECUTE FUNCTION "public".count_source_mapping_revision();

-- As before, and what was refused is a gap of its table, until somebody fills or closes it.
DROP FUNCTION "public".apply_source_changes(uuid, bigint, integer, timestamptz, integer, integer, text, json);
CREATE FUNCTION "public".apply_source_changes(reader uuid, lsn bigint, index_ integer, committed_at timestamptz,
    changes_ integer, refusals json, events_ json) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  source_key text;
  refused_ record;
  lanes_ uuid[];
  is_stale boolean;
BEGIN
  UPDATE source SET applied_lsn = lsn, applied_index = index_, last_change_at = coalesce(committed_at, last_change_at),
      changes = changes + changes_, events = events + json_array_length(events_)
    WHERE lease_token = reader AND (applied_lsn, applied_index) < (lsn, index_)
    RETURNING database_key INTO source_key;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Another process reads the change stream by now.' USING ERRCODE = 'HF001';
  END IF;
  FOR refused_ IN
    SELECT * FROM json_to_recordset(refusals)
      AS r("table" text, changes integer, first_at timestamptz, last_at timestamptz, message text)
  LOOP
    UPDATE source SET refused = refused + refused_.changes, last_refusal = refused_.message, last_refusal_at = now()
      WHERE database_key = source_key;
    UPDATE source_gap SET changes = changes + refused_.changes, until_at = greatest(until_at, refused_.last_at),
        from_at = least(from_at, refused_.first_at), detail = refused_.message
      WHERE database_key = source_key AND table_name = refused_."table" AND cause = 'refused'
        AND closed_at IS NULL AND fill_state IS NULL;
    IF NOT FOUND THEN
      INSERT INTO source_gap (database_key, table_name, cause, detail, from_at, until_at, changes)
        VALUES (source_key, refused_."table", 'refused', refused_.message, refused_.first_at, refused_.last_at,
          refused_.changes);
    END IF;
  END LOOP;
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

-- Publishes what rows of a table make for a gap, each state of a row once, whoever is killed when and however often it is
-- asked for. Only the holder of the lease can.
CREATE FUNCTION "public".fill_source_gap(reader uuid, gap uuid, looked_at_ integer, known_ integer, refused_ integer,
    rows_ json) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  events_ json;
  count_ integer;
  lanes_ uuid[];
  is_stale boolean;
BEGIN
  PERFORM FROM source WHERE lease_token = reader FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Another process reads the change stream by now.' USING ERRCODE = 'HF001';
  END IF;
  WITH given AS (
    SELECT r.mapping, decode(r.hash, 'hex') AS row_hash, r.event
      FROM json_to_recordset(rows_) AS r(mapping text, hash text, event json)
  ), fresh AS (
    INSERT INTO source_fill (mapping, row_hash, gap_id) SELECT DISTINCT g.mapping, g.row_hash, gap FROM given g
      ON CONFLICT DO NOTHING RETURNING source_fill.mapping, source_fill.row_hash
  )
  SELECT coalesce(json_agg(g.event), '[]'), count(*) INTO events_, count_
    FROM given g JOIN fresh f ON f.mapping = g.mapping AND f.row_hash = g.row_hash;
  UPDATE source_gap SET looked_at = looked_at + looked_at_, filled = filled + count_, refused = refused + refused_,
      known = known + known_ + json_array_length(rows_) - count_
    WHERE id = gap AND fill_state = 'running';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'The gap is not being filled any more.' USING ERRCODE = 'HF003';
  END IF;
  UPDATE source SET events = events + count_ WHERE lease_token = reader;
  IF count_ > 0 THEN
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
