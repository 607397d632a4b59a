-- An event on its way into the database.
CREATE TYPE "public".publishing AS (
  "position" integer,
  id uuid,
  organization_id text,
  event_type text,
  patterns text[],
  type_version uuid,
  occurred_at timestamptz,
  data text,
  key text,
  hash bytea,
  origin text,
  actor_type text,
  actor_id text,
  actor_name text
);

-- Whether an own event type was changed or removed since the publisher checked the data against it.
CREATE FUNCTION "public".is_stale_type(g publishing) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT g.type_version IS NOT NULL AND NOT EXISTS (
    SELECT FROM event_type t
      WHERE t.organization_id = g.organization_id AND t.name = g.event_type AND t.version = g.type_version
  )
$$;

-- Stores events with their deliveries in one round trip: idempotency keys, filters and the versions of own event types
-- are looked at in here, where nothing is stale. Events of several publishers may come together; each has an outcome of
-- its own: created, duplicate (of `event_id`), conflict (the key was used with another body) or stale_type (the type is
-- another one by now). With `all_or_nothing`, one that is refused leaves nothing behind, and the others are `withheld`.
CREATE FUNCTION "public".publish_events(events json, all_or_nothing boolean)
  RETURNS TABLE ("position" integer, event_id uuid, outcome text, deliveries integer, lanes uuid[])
  LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  given publishing[];
  created publishing[];
  refused boolean;
BEGIN
  SELECT array_agg(ROW(e."position", uuidv7(), e.organization_id, e.event_type, e.patterns, e.type_version,
      coalesce(e.occurred_at, now()), e.data, e.key, decode(e.hash, 'hex'), e.origin, e.actor_type, e.actor_id,
      e.actor_name)::publishing ORDER BY e."position")
    INTO given
    FROM json_to_recordset(publish_events.events) AS e("position" integer, organization_id text, event_type text,
      patterns text[], type_version uuid, occurred_at timestamptz, data text, key text, hash text, origin text,
      actor_type text, actor_id text, actor_name text);

  -- In a fixed order, for two that insert the same keys wait for each other. A key older than 24 h is free again.
  INSERT INTO event_key AS k (organization_id, key, event_id, body_hash)
    SELECT DISTINCT ON (g.organization_id, g.key) g.organization_id, g.key, g.id, g.hash
      FROM unnest(given) AS g
      WHERE g.key IS NOT NULL AND NOT is_stale_type(g)
      ORDER BY g.organization_id, g.key, g."position"
    ON CONFLICT (organization_id, key) DO UPDATE
      SET event_id = excluded.event_id, body_hash = excluded.body_hash, created_at = now()
      WHERE k.created_at < now() - interval '24 hours';

  SELECT coalesce(bool_or(is_stale_type(g) OR k.event_id <> g.id AND k.body_hash <> g.hash), false)
    INTO refused
    FROM unnest(given) AS g LEFT JOIN event_key k ON k.organization_id = g.organization_id AND k.key = g.key;

  IF all_or_nothing AND refused THEN
    RETURN QUERY SELECT g."position", k.event_id, CASE
          WHEN is_stale_type(g) THEN 'stale_type'
          WHEN k.event_id <> g.id AND k.body_hash <> g.hash THEN 'conflict'
          ELSE 'withheld' END, 0, '{}'::uuid[]
      FROM unnest(given) AS g LEFT JOIN event_key k ON k.organization_id = g.organization_id AND k.key = g.key;
    DELETE FROM event_key AS k USING unnest(given) AS g
      WHERE k.organization_id = g.organization_id AND k.key = g.key AND k.event_id = g.id;
    RETURN;
  END IF;

  SELECT array_agg(ROW(g.*)::publishing ORDER BY g."position") INTO created
    FROM unnest(given) AS g LEFT JOIN event_key k ON k.organization_id = g.organization_id AND k.key = g.key
    WHERE NOT is_stale_type(g) AND (g.key IS NULL OR k.event_id = g.id);

  INSERT INTO event (id, organization_id, event_type, occurred_at, body, origin, actor_type, actor_id, actor_name,
      idempotency_key)
    SELECT g.id, g.organization_id, g.event_type, g.occurred_at,
        format('{"id":"%s","type":"%s","timestamp":"%s","data":%s}', g.id, g.event_type,
          to_char(g.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), g.data),
        g.origin, g.actor_type, g.actor_id, g.actor_name, g.key
      FROM unnest(created) AS g;

  RETURN QUERY
    WITH made AS (
      INSERT INTO delivery_pending AS p (organization_id, subscription_id, event_id, event_type)
        SELECT g.organization_id, s.id, g.id, g.event_type
          FROM unnest(created) AS g JOIN subscription s ON s.organization_id = g.organization_id
          WHERE s.event_type && g.patterns AND s.status <> 'disabled' AND s.deleted_at IS NULL AND CASE
            WHEN s.filter_path IS NULL THEN true
            ELSE jsonb_path_match(g.data::jsonb, s.filter_path::jsonpath, '{}', true) IS TRUE END
          ORDER BY g."position"
        RETURNING p.event_id, p.subscription_id
    ), fanned AS (
      SELECT made.event_id, count(*)::integer AS deliveries, array_agg(made.subscription_id) AS lanes
        FROM made GROUP BY made.event_id
    )
    SELECT g."position", coalesce(k.event_id, g.id), CASE
        WHEN is_stale_type(g) THEN 'stale_type'
        WHEN g.key IS NULL OR k.event_id = g.id THEN 'created'
        WHEN k.body_hash = g.hash THEN 'duplicate'
        ELSE 'conflict' END, coalesce(f.deliveries, 0), coalesce(f.lanes, '{}')
      FROM unnest(given) AS g
        LEFT JOIN event_key k ON k.organization_id = g.organization_id AND k.key = g.key
        LEFT JOIN fanned f ON f.event_id = g.id
      ORDER BY g."position";
END
$$;
