-- A webhook was called a subscription here and a webhook everywhere else. Rows, partitions and what is sealed stay as
-- they are: only names change.
ALTER TABLE "public"."subscription" RENAME TO "webhook";
ALTER TABLE "public"."webhook" RENAME CONSTRAINT "subscription_pkey" TO "webhook_pkey";
ALTER TABLE "public"."webhook" RENAME CONSTRAINT "subscription_organization_id_fkey" TO "webhook_organization_id_fkey";
ALTER TABLE "public"."webhook" RENAME CONSTRAINT "subscription_event_type_check" TO "webhook_event_type_check";
ALTER TABLE "public"."webhook" RENAME CONSTRAINT "subscription_secret_check" TO "webhook_secret_check";
ALTER TABLE "public"."webhook" RENAME CONSTRAINT "subscription_previous_secret_check" TO "webhook_previous_secret_check";
ALTER TABLE "public"."webhook" RENAME CONSTRAINT "subscription_filter_check" TO "webhook_filter_check";
ALTER TABLE "public"."webhook" RENAME CONSTRAINT "subscription_concurrency_check" TO "webhook_concurrency_check";
ALTER TABLE "public"."webhook" RENAME CONSTRAINT "subscription_rate_limit_check" TO "webhook_rate_limit_check";
ALTER TABLE "public"."webhook" RENAME CONSTRAINT "subscription_status_check" TO "webhook_status_check";
ALTER TABLE "public"."webhook" RENAME CONSTRAINT "subscription_disabled_check" TO "webhook_disabled_check";
ALTER INDEX "public"."subscription_organization_id_id_idx" RENAME TO "webhook_organization_id_id_idx";

ALTER TABLE "public"."lane" RENAME COLUMN "subscription_id" TO "webhook_id";
ALTER TABLE "public"."lane" RENAME CONSTRAINT "lane_subscription_id_fkey" TO "lane_webhook_id_fkey";

ALTER TABLE "public"."delivery_pending" RENAME COLUMN "subscription_id" TO "webhook_id";
ALTER INDEX "public"."delivery_pending_subscription_id_next_attempt_at_id_idx" RENAME TO "delivery_pending_webhook_id_next_attempt_at_id_idx";
ALTER INDEX "public"."delivery_pending_subscription_id_id_idx" RENAME TO "delivery_pending_webhook_id_id_idx";

ALTER TABLE "public"."delivery" RENAME COLUMN "subscription_id" TO "webhook_id";
ALTER INDEX "public"."delivery_subscription_id_id_idx" RENAME TO "delivery_webhook_id_id_idx";
ALTER INDEX "public"."delivery_subscription_id_event_type_id_idx" RENAME TO "delivery_webhook_id_event_type_id_idx";

ALTER TABLE "public"."attempt" RENAME COLUMN "subscription_id" TO "webhook_id";
ALTER INDEX "public"."attempt_subscription_id_id_idx" RENAME TO "attempt_webhook_id_id_idx";

-- The bodies of functions are texts that a rename does not reach.
DO $$
BEGIN
  EXECUTE replace(pg_get_functiondef('"public".publish_events(json, boolean)'::regprocedure), 'subscription', 'webhook');
END
$$;
