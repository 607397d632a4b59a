-- CreateTable
CREATE TABLE "csp_noise_rule" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "organization_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "hosts" TEXT[],
    "schemes" TEXT[],
    "samples" TEXT[],
    "created_by_type" TEXT NOT NULL,
    "created_by_id" TEXT NOT NULL,
    "created_by_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "csp_noise_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "csp_mute" (
    "organization_id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "by_type" TEXT NOT NULL,
    "by_id" TEXT NOT NULL,
    "by_name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "csp_mute_pkey" PRIMARY KEY ("organization_id","group_id")
);

-- CreateTable
CREATE TABLE "csp_alert_settings" (
    "organization_id" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT false,
    "connector_id" UUID,
    "new_groups" BOOLEAN NOT NULL DEFAULT true,
    "spikes" BOOLEAN NOT NULL DEFAULT true,
    "spike_factor" INTEGER NOT NULL DEFAULT 5,
    "spike_minimum" INTEGER NOT NULL DEFAULT 100,
    "quiet_until" TIMESTAMPTZ(3),
    "enabled_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "csp_alert_settings_pkey" PRIMARY KEY ("organization_id")
);

-- CreateTable
CREATE TABLE "csp_alert" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "organization_id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "reason" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "usual" INTEGER,
    "summarized" BOOLEAN NOT NULL DEFAULT false,
    "state" TEXT NOT NULL DEFAULT 'sending',
    "error_message" TEXT,
    "connector_id" UUID,
    "connector_name" TEXT NOT NULL,

    CONSTRAINT "csp_alert_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "csp_known_group" (
    "organization_id" TEXT NOT NULL,
    "group_id" TEXT NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "csp_known_group_pkey" PRIMARY KEY ("organization_id","group_id")
);

-- CreateIndex
CREATE INDEX "csp_noise_rule_organization_id_id_idx" ON "csp_noise_rule"("organization_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "csp_noise_rule_organization_id_name_key" ON "csp_noise_rule"("organization_id", "name");

-- CreateIndex
CREATE INDEX "csp_alert_settings_connector_id_idx" ON "csp_alert_settings"("connector_id");

-- CreateIndex
CREATE INDEX "csp_alert_organization_id_id_idx" ON "csp_alert"("organization_id", "id");

-- CreateIndex
CREATE INDEX "csp_alert_connector_id_idx" ON "csp_alert"("connector_id");

-- CreateIndex
CREATE UNIQUE INDEX "csp_alert_organization_id_group_id_day_key" ON "csp_alert"("organization_id", "group_id", "day");

-- CreateIndex
CREATE INDEX "csp_known_group_organization_id_last_seen_at_idx" ON "csp_known_group"("organization_id", "last_seen_at");

-- AddForeignKey
ALTER TABLE "csp_noise_rule" ADD CONSTRAINT "csp_noise_rule_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "csp_mute" ADD CONSTRAINT "csp_mute_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "csp_alert_settings" ADD CONSTRAINT "csp_alert_settings_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "csp_alert_settings" ADD CONSTRAINT "csp_alert_settings_connector_id_fkey" FOREIGN KEY ("connector_id") REFERENCES "connector"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "csp_alert" ADD CONSTRAINT "csp_alert_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "csp_alert" ADD CONSTRAINT "csp_alert_connector_id_fkey" FOREIGN KEY ("connector_id") REFERENCES "connector"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "csp_known_group" ADD CONSTRAINT "csp_known_group_organization_id_fkey" FOREIGN KEY ("organization_id") REFERENCES "organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What the Prisma schema cannot say.

ALTER TABLE "csp_noise_rule"
  ADD CONSTRAINT "csp_noise_rule_created_by_type_check" CHECK ("created_by_type" IN ('user', 'api_key', 'agent', 'system')),
  ADD CONSTRAINT "csp_noise_rule_parts_check" CHECK (
    "hosts" IS NOT NULL AND "schemes" IS NOT NULL AND "samples" IS NOT NULL
    AND cardinality("hosts") + cardinality("schemes") + cardinality("samples") > 0
  );

ALTER TABLE "csp_mute"
  ADD CONSTRAINT "csp_mute_by_type_check" CHECK ("by_type" IN ('user', 'api_key', 'agent', 'system'));

ALTER TABLE "csp_alert_settings"
  ADD CONSTRAINT "csp_alert_settings_enabled_check" CHECK (NOT "enabled" OR "enabled_at" IS NOT NULL),
  ADD CONSTRAINT "csp_alert_settings_spike_check" CHECK ("spike_factor" >= 2 AND "spike_minimum" >= 1);

ALTER TABLE "csp_alert"
  ADD CONSTRAINT "csp_alert_reason_check" CHECK ("reason" IN ('new', 'spike')),
  ADD CONSTRAINT "csp_alert_state_check" CHECK ("state" IN ('sending', 'sent', 'failed'));

ALTER TABLE "connector_send"
  DROP CONSTRAINT "connector_send_source_check",
  ADD CONSTRAINT "connector_send_source_check" CHECK ("source" IN ('test', 'agent', 'api', 'alert'));
