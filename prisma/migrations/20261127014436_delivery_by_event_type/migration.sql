-- DropIndex: every list of deliveries is of a webhook or of an event.
DROP INDEX "delivery_organization_id_id_idx";

-- CreateIndex
CREATE INDEX "delivery_subscription_id_event_type_id_idx" ON "delivery"("subscription_id", "event_type", "id");
