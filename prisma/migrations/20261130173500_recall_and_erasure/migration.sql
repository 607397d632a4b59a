-- AlterTable
ALTER TABLE "lane" ADD COLUMN     "recall" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "recall_seen" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "set_aside" INTEGER NOT NULL DEFAULT 0;


-- What the Prisma schema cannot say.

-- Whether an event's payload is erased (or dropped), as of this moment and not of the statement that asks: a query inside
-- a volatile function has a snapshot of its own. The lock waits for an erasure that is under way, and an erasure for who
-- holds it, so that what is stored by the answer is either refused or seen by the erasure.
CREATE FUNCTION "public".is_erased(event_id uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  kept boolean;
BEGIN
  SELECT e.body IS NOT NULL INTO kept FROM event e WHERE e.id = is_erased.event_id FOR SHARE;
  RETURN kept IS NOT TRUE;
END
$$;

-- `event` has no foreign keys, so that a day is dropped at once. Who publishes for an organization that was deleted
-- meanwhile is refused here instead, by a snapshot that is younger than the table lock of the deletion.
CREATE FUNCTION "public".refuse_event_without_organization() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM organization o WHERE o.id = NEW.organization_id) THEN
    RAISE EXCEPTION 'The organization of this event was deleted.' USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER "event_has_organization" BEFORE INSERT ON "event"
  FOR EACH ROW EXECUTE FUNCTION "public".refuse_event_without_organization();
