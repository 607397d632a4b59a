-- The time after which no attempt of a delivery starts: so many hours after its creation, or after the end of a pause that
-- held it. One expression without tables, so that PostgreSQL puts it into the statement that calls it and it costs nothing.
-- STABLE, since adding hours to a time is.
CREATE FUNCTION "public".delivery_deadline(created_at timestamptz, resumed_at timestamptz, hours integer)
RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT greatest(created_at, resumed_at) + make_interval(hours => hours)
$$;
