-- CreateTable
CREATE TABLE "heartbeat" (
    "name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "heartbeat_pkey" PRIMARY KEY ("name")
);

-- What publishing needs, tried for the readiness probe: a change that is committed, as neither a standby nor a read-only
-- server takes one, and space on the disk, of which a small sort that may not stay in memory takes some for a moment.
-- A table that grows instead would have to be vacuumed.
CREATE FUNCTION "public".check_writes() RETURNS void LANGUAGE plpgsql
  SET work_mem = '64kB' SET temp_tablespaces = ''
AS $$
BEGIN
  INSERT INTO "public"."heartbeat" ("name", "at") VALUES ('ready', clock_timestamp())
    ON CONFLICT ("name") DO UPDATE SET "at" = excluded."at";
  BEGIN
    PERFORM count(*) FROM (
      SELECT i, repeat(md5(i::text), 8) AS filler FROM generate_series(1, 1500) AS i ORDER BY 2, 1 OFFSET 0
    ) AS sorted;
  EXCEPTION WHEN configuration_limit_exceeded THEN
    NULL; -- temp_file_limit forbids the test, which says nothing about the disk.
  END;
END
$$;
