-- CreateTable
CREATE TABLE "test_sending" (
    "event_id" UUID NOT NULL,
    "sending_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "test_sending_pkey" PRIMARY KEY ("event_id")
);

-- CreateTable
CREATE TABLE "source_sample_origin" (
    "table_name" TEXT NOT NULL,
    "event_type" TEXT NOT NULL,
    "erasures" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "source_sample_origin_pkey" PRIMARY KEY ("table_name","event_type")
);
