-- CreateTable
CREATE TABLE "delivery_pending" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "organization_id" TEXT NOT NULL,
    "subscription_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "event_type" TEXT NOT NULL,
    "origin" TEXT NOT NULL DEFAULT 'event',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "attempt_count" INTEGER NOT NULL DEFAULT 0,
    "last_attempt_at" TIMESTAMPTZ(3),
    "last_status" INTEGER,
    "last_error_code" TEXT,

    CONSTRAINT "delivery_pending_pkey" PRIMARY KEY ("id")
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);

-- CreateTable
CREATE TABLE "delivery" (
    "id" UUID NOT NULL,
    "organization_id" TEXT NOT NULL,
    "subscription_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "event_type" TEXT NOT NULL,
    "origin" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "attempt_count" INTEGER NOT NULL,
    "last_attempt_at" TIMESTAMPTZ(3),
    "last_status" INTEGER,
    "last_error_code" TEXT,
    "deadline_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
) PARTITION BY RANGE ("id");

-- CreateTable
CREATE TABLE "attempt" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "delivery_id" UUID NOT NULL,
    "subscription_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT NOT NULL,
    "queue_ms" INTEGER NOT NULL,
    "dns_ms" INTEGER,
    "connect_ms" INTEGER,
    "tls_ms" INTEGER,
    "first_byte_ms" INTEGER,
    "total_ms" INTEGER NOT NULL,
    "remote_address" TEXT,
    "request_headers" TEXT NOT NULL,
    "status" INTEGER,
    "response_headers" TEXT,
    "response_body" TEXT,
    "response_truncated" BOOLEAN NOT NULL DEFAULT false,
    "error_code" TEXT,
    "error_message" TEXT,
    "next_attempt_at" TIMESTAMPTZ(3),

    CONSTRAINT "attempt_pkey" PRIMARY KEY ("id")
) PARTITION BY RANGE ("id");

-- CreateTable
CREATE TABLE "event_type" (
    "organization_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "schema" TEXT,
    "example" TEXT,
    "version" UUID NOT NULL DEFAULT uuidv7(),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_type_pkey" PRIMARY KEY ("organization_id","name")
);

-- CreateTable
CREATE TABLE "event" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "organization_id" TEXT NOT NULL,
    "event_type" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "body" TEXT,
    "erased_at" TIMESTAMPTZ(3),
    "origin" TEXT NOT NULL,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "idempotency_key" TEXT,

    CONSTRAINT "event_pkey" PRIMARY KEY ("id")
) PARTITION BY RANGE ("id");

-- CreateTable
CREATE TABLE "event_key" (
    "organization_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "event_id" UUID NOT NULL,
    "body_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_key_pkey" PRIMARY KEY ("organization_id","key")
);

-- CreateTable
CREATE TABLE "subscription" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "organization_id" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "event_type" TEXT[],
    "target_url" TEXT NOT NULL,
    "sealed_secret" TEXT,
    "sealed_previous_secret" TEXT,
    "previous_secret_until" TIMESTAMPTZ(3),
    "sealed_headers" TEXT,
    "header_names" TEXT[],
    "filter" JSONB,
    "filter_path" TEXT,
    "concurrency" INTEGER NOT NULL DEFAULT 10,
    "rate_limit" INTEGER,
    "ordered" BOOLEAN NOT NULL DEFAULT false,
    "status" TEXT NOT NULL DEFAULT 'active',
    "disabled_reason" TEXT,
    "disabled_at" TIMESTAMPTZ(3),
    "paused_at" TIMESTAMPTZ(3),
    "resumed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lane" (
    "subscription_id" UUID NOT NULL,
    "lease_token" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "lease_holder" TEXT,
    "consecutive_failures" INTEGER NOT NULL DEFAULT 0,
    "failing_since" TIMESTAMPTZ(3),
    "last_success_at" TIMESTAMPTZ(3),
    "last_attempt_at" TIMESTAMPTZ(3),
    "tokens" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "tokens_at" TIMESTAMPTZ(3),

    CONSTRAINT "lane_pkey" PRIMARY KEY ("subscription_id")
) WITH (fillfactor = 50);

-- CreateIndex
CREATE INDEX "delivery_pending_subscription_id_next_attempt_at_id_idx" ON "delivery_pending"("subscription_id", "next_attempt_at", "id");

-- CreateIndex
CREATE INDEX "delivery_pending_subscription_id_id_idx" ON "delivery_pending"("subscription_id", "id");

-- CreateIndex
CREATE INDEX "delivery_pending_event_id_idx" ON "delivery_pending"("event_id");

-- CreateIndex
CREATE INDEX "delivery_subscription_id_id_idx" ON "delivery"("subscription_id", "id");

-- CreateIndex
CREATE INDEX "delivery_organization_id_id_idx" ON "delivery"("organization_id", "id");

-- CreateIndex
CREATE INDEX "delivery_event_id_idx" ON "delivery"("event_id");

-- CreateIndex
CREATE INDEX "attempt_delivery_id_id_idx" ON "attempt"("delivery_id", "id");

-- CreateIndex
CREATE INDEX "attempt_subscription_id_id_idx" ON "attempt"("subscription_id", "id");

-- CreateIndex
CREATE INDEX "event_organization_id_id_idx" ON "event"("organization_id", "id");

-- CreateIndex
CREATE INDEX "event_key_created_at_idx" ON "event_key"("created_at");

-- CreateIndex
CREATE INDEX "subscription_organization_id_id_idx" ON "subscription"("organization_id", "id");

-- AddForeignKey
ALTER TABLE "event_type" ADD CONSTRAINT "event_type_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription" ADD CONSTRAINT "subscription_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lane" ADD CONSTRAINT "lane_subscription_id_fkey" FOREIGN KEY ("subscription_id") REFERENCES "subscription"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What the Prisma schema cannot say.

ALTER TABLE "event_type"
  ADD CONSTRAINT "event_type_name_check" CHECK ("name" ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$');

ALTER TABLE "event"
  ADD CONSTRAINT "event_origin_check" CHECK ("origin" IN ('api', 'console', 'source', 'system', 'test')),
  ADD CONSTRAINT "event_actor_type_check" CHECK ("actor_type" IN ('user', 'api_key', 'agent', 'system')),
  ADD CONSTRAINT "event_body_check" CHECK (("body" IS NULL) = ("erased_at" IS NOT NULL));

ALTER TABLE "subscription"
  ADD CONSTRAINT "subscription_event_type_check" CHECK ("event_type" IS NOT NULL AND cardinality("event_type") > 0),
  ADD CONSTRAINT "subscription_secret_check" CHECK ("sealed_secret" IS NOT NULL OR "deleted_at" IS NOT NULL),
  ADD CONSTRAINT "subscription_previous_secret_check" CHECK (
    ("sealed_previous_secret" IS NULL) = ("previous_secret_until" IS NULL)
  ),
  ADD CONSTRAINT "subscription_filter_check" CHECK (("filter" IS NULL) = ("filter_path" IS NULL)),
  ADD CONSTRAINT "subscription_concurrency_check" CHECK ("concurrency" BETWEEN 1 AND 100),
  ADD CONSTRAINT "subscription_rate_limit_check" CHECK ("rate_limit" > 0),
  ADD CONSTRAINT "subscription_status_check" CHECK ("status" IN ('active', 'paused', 'disabled')),
  ADD CONSTRAINT "subscription_disabled_check" CHECK (
    ("status" = 'disabled') = ("disabled_reason" IS NOT NULL) AND ("disabled_reason" IS NULL) = ("disabled_at" IS NULL)
  );

ALTER TABLE "lane"
  ADD CONSTRAINT "lane_lease_check" CHECK (("lease_token" IS NULL) = ("lease_until" IS NULL));

ALTER TABLE "delivery_pending"
  ADD CONSTRAINT "delivery_pending_origin_check" CHECK ("origin" IN ('event', 'manual', 'test'));

ALTER TABLE "delivery"
  ADD CONSTRAINT "delivery_origin_check" CHECK ("origin" IN ('event', 'manual', 'test')),
  ADD CONSTRAINT "delivery_status_check" CHECK ("status" IN ('delivered', 'failed', 'cancelled')),
  ADD CONSTRAINT "delivery_reason_check" CHECK (("status" = 'delivered') = ("reason" IS NULL));

ALTER TABLE "attempt"
  ADD CONSTRAINT "attempt_outcome_check" CHECK ("outcome" IN ('delivered', 'retry', 'failed', 'superseded')),
  ADD CONSTRAINT "attempt_number_check" CHECK ("number" > 0);

-- What has not ended well, in the rare pages that ask for it alone.
CREATE INDEX "delivery_not_delivered_idx" ON "delivery" ("subscription_id", "status", "id") WHERE "status" <> 'delivered';

-- Days of events, deliveries and attempts, in a schema of their own that Prisma does not look at.
CREATE SCHEMA "partition";

-- The least UUIDv7 of a time (RFC 9562, section 5.7): a bound for ids, and so for partitions.
CREATE FUNCTION "public".uuid_from_time(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT rpad(lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;

-- Makes the days that are missing, from yesterday to so many days ahead. A day is made beside its table and then
-- attached, so that nobody who reads or writes waits for it.
CREATE FUNCTION "public".ensure_partitions(days_ahead integer) RETURNS integer LANGUAGE plpgsql AS $$
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
      CONTINUE WHEN to_regclass(format('"partition".%I', name)) IS NOT NULL;
      EXECUTE format('CREATE TABLE "partition".%I (LIKE "public".%I INCLUDING ALL)', name, parent);
      EXECUTE format('ALTER TABLE "public".%I ATTACH PARTITION "partition".%I FOR VALUES FROM (%L) TO (%L)', parent, name,
        uuid_from_time(day::timestamp AT TIME ZONE 'UTC'), uuid_from_time((day + 1)::timestamp AT TIME ZONE 'UTC'));
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END
$$;

SELECT "public".ensure_partitions(7);
