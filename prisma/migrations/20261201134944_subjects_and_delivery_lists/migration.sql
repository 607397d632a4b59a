-- What an event is about: one column, and one index of the events that have it, for whole subjects and for how one begins.
ALTER TABLE "event" ADD COLUMN "subject" TEXT;
ALTER TABLE "event" ADD CONSTRAINT "event_subject_check" CHECK (char_length("subject") BETWEEN 1 AND 128);
CREATE INDEX "event_subject_idx" ON "event" ("organization_id", "subject" text_pattern_ops, "id")
  WHERE "subject" IS NOT NULL;
ALTER TABLE "event_type" ADD COLUMN "subject_pointer" TEXT;

-- Lists over all webhooks. The list by event type is a bounded search in one of these, so its own wide index goes.
DROP INDEX "delivery_webhook_id_event_type_id_idx";
CREATE INDEX "delivery_organization_id_id_idx" ON "delivery" ("organization_id", "id");
CREATE INDEX "delivery_of_organization_not_delivered_idx" ON "delivery" ("organization_id", "status", "id")
  WHERE "status" <> 'delivered';

ALTER TYPE "public".publishing ADD ATTRIBUTE subject text;

-- As before, and it stores the subject.
CREATE OR REPLACE FUNCTION "public".publish_events(events json, all_or_nothing boolean)
 RETURNS TABLE("position" integer, event_id uuid, outcome text, deliveries integer, lanes uuid[])
 LANGUAGE plpgsql
AS $$
#variable_conflict use_column
DECLARE
  given publishing[];
  created publishing[];
BEGIN
  SELECT array_agg(ROW(e."position", coalesce(e.id, uuidv7()), e.organization_id, e.event_type, e.patterns,
      e.type_version, e.filters, coalesce(e.passing, '{}'), coalesce(e.occurred_at, now()), e.data, e.key,
      decode(e.hash, 'hex'), e.origin, e.actor_type, e.actor_id, e.actor_name, NULL, NULL, NULL, e.subject)::publishing
      ORDER BY e."position")
    INTO given
    FROM json_to_recordset(publish_events.events) AS e("position" integer, id uuid, organization_id text,
      event_type text, patterns text[], type_version uuid, filters text, passing uuid[], occurred_at timestamptz,
      data text, key text, hash text, origin text, actor_type text, actor_id text, actor_name text, subject text);

  -- In a fixed order, for two that insert the same keys wait for each other. A key older than 24 h is free again.
  INSERT INTO event_key AS k (organization_id, key, event_id, body_hash)
    SELECT DISTINCT ON (g.organization_id, g.key) g.organization_id, g.key, g.id, g.hash
      FROM unnest(given) AS g
      WHERE g.key IS NOT NULL
      ORDER BY g.organization_id, g.key, g."position"
    ON CONFLICT (organization_id, key) DO UPDATE
      SET event_id = excluded.event_id, body_hash = excluded.body_hash, created_at = now()
      WHERE k.created_at < now() - interval '24 hours';

  WITH kind AS MATERIALIZED (
    SELECT d.organization_id, d.event_type, t.version AS type_version, s.filters, coalesce(s.open, '{}') AS open
      FROM (SELECT DISTINCT g.organization_id, g.event_type, g.patterns FROM unnest(given) AS g) d
        LEFT JOIN event_type t ON t.organization_id = d.organization_id AND t.name = d.event_type
        CROSS JOIN LATERAL (
          SELECT md5(string_agg(s.filter_version::text, ',' ORDER BY s.filter_version)) AS filters,
              array_agg(s.id ORDER BY s.id) FILTER (WHERE s.filter_version IS NULL) AS open
            FROM webhook s
            WHERE s.organization_id = d.organization_id AND s.event_type && d.patterns AND s.status <> 'disabled'
              AND s.deleted_at IS NULL
        ) s
  )
  SELECT array_agg(ROW(g."position", g.id, g.organization_id, g.event_type, g.patterns, g.type_version, g.filters,
      g.passing, g.occurred_at, g.data, g.key, g.hash, g.origin, g.actor_type, g.actor_id, g.actor_name,
      CASE
        WHEN k.event_id <> g.id AND k.body_hash = g.hash THEN 'duplicate'
        WHEN k.event_id <> g.id THEN 'conflict'
        WHEN g.id NOT BETWEEN uuid_from_time(now() - interval '2 minutes') AND uuid_from_time(now() + interval '1 minute')
          THEN 'stale_clock'
        WHEN g.type_version IS NOT NULL AND g.type_version IS DISTINCT FROM kind.type_version THEN 'stale_type'
        WHEN g.filters IS DISTINCT FROM kind.filters THEN 'stale_filters'
        ELSE 'created' END,
      k.event_id, kind.open || g.passing, g.subject)::publishing ORDER BY g."position")
    INTO given
    FROM unnest(given) AS g
      JOIN kind ON kind.organization_id = g.organization_id AND kind.event_type = g.event_type
      LEFT JOIN event_key k ON k.organization_id = g.organization_id AND k.key = g.key;

  -- Of two with one key in the same call, the second is what the first is when the first is to be checked again.
  IF EXISTS (SELECT FROM unnest(given) AS g WHERE g.key IS NOT NULL AND g.outcome LIKE 'stale%') THEN
    SELECT array_agg(ROW(g."position", g.id, g.organization_id, g.event_type, g.patterns, g.type_version, g.filters,
        g.passing, g.occurred_at, g.data, g.key, g.hash, g.origin, g.actor_type, g.actor_id, g.actor_name,
        coalesce(first.outcome, g.outcome), g.key_event_id, g.targets, g.subject)::publishing ORDER BY g."position")
      INTO given
      FROM unnest(given) AS g
        LEFT JOIN unnest(given) AS first ON first.id = g.key_event_id AND first.outcome LIKE 'stale%';
  END IF;

  IF all_or_nothing THEN
    IF EXISTS (SELECT FROM unnest(given) AS g WHERE g.outcome NOT IN ('created', 'duplicate')) THEN
      given := (SELECT array_agg(ROW(g."position", g.id, g.organization_id, g.event_type, g.patterns, g.type_version,
          g.filters, g.passing, g.occurred_at, g.data, g.key, g.hash, g.origin, g.actor_type, g.actor_id, g.actor_name,
          CASE g.outcome WHEN 'created' THEN 'withheld' ELSE g.outcome END, g.key_event_id, g.targets, g.subject)::publishing
          ORDER BY g."position") FROM unnest(given) AS g);
    ELSIF (SELECT sum(cardinality(g.targets)) FROM unnest(given) AS g WHERE g.outcome = 'created') > 100000 THEN
      given := (SELECT array_agg(ROW(g."position", g.id, g.organization_id, g.event_type, g.patterns, g.type_version,
          g.filters, g.passing, g.occurred_at, g.data, g.key, g.hash, g.origin, g.actor_type, g.actor_id, g.actor_name,
          'too_many', g.key_event_id, g.targets, g.subject)::publishing
          ORDER BY g."position") FROM unnest(given) AS g);
    END IF;
  END IF;

  IF EXISTS (SELECT FROM unnest(given) AS g WHERE g.key_event_id = g.id AND g.outcome <> 'created') THEN
    DELETE FROM event_key AS k USING unnest(given) AS g
      WHERE k.organization_id = g.organization_id AND k.key = g.key AND k.event_id = g.id AND g.outcome <> 'created';
  END IF;

  SELECT array_agg(ROW(g.*)::publishing ORDER BY g."position") INTO created
    FROM unnest(given) AS g WHERE g.outcome = 'created';

  INSERT INTO event (id, organization_id, event_type, occurred_at, body, origin, actor_type, actor_id, actor_name,
      idempotency_key, deliveries, subject)
    SELECT g.id, g.organization_id, g.event_type, g.occurred_at,
        format('{"id":"%s","type":"%s","timestamp":"%s","data":%s}', g.id, g.event_type,
          to_char(g.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), g.data),
        g.origin, g.actor_type, g.actor_id, g.actor_name, g.key, cardinality(g.targets), g.subject
      FROM unnest(created) AS g;

  INSERT INTO delivery_pending (organization_id, webhook_id, event_id, event_type)
    SELECT g.organization_id, s.id, g.id, g.event_type
      FROM unnest(created) AS g CROSS JOIN LATERAL unnest(g.targets) AS s(id)
      ORDER BY g."position";

  -- Apart, so that only duplicates pay for a look at all days.
  IF EXISTS (SELECT FROM unnest(given) AS g WHERE g.outcome = 'duplicate') THEN
    RETURN QUERY SELECT g."position", coalesce(g.key_event_id, g.id), g.outcome, CASE g.outcome
          WHEN 'created' THEN cardinality(g.targets)
          WHEN 'duplicate' THEN coalesce((SELECT e.deliveries FROM event e WHERE e.id = g.key_event_id), 0)
          ELSE 0 END,
        CASE g.outcome WHEN 'created' THEN g.targets ELSE '{}' END
      FROM unnest(given) AS g ORDER BY g."position";
    RETURN;
  END IF;
  RETURN QUERY SELECT g."position", coalesce(g.key_event_id, g.id), g.outcome,
      CASE g.outcome WHEN 'created' THEN cardinality(g.targets) ELSE 0 END,
      CASE g.outcome WHEN 'created' THEN g.targets ELSE '{}' END
    FROM unnest(given) AS g ORDER BY g."position";
END
$$;
