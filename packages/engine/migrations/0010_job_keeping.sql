CREATE FUNCTION "greenroom"."current_property_set"() RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (SELECT max(id) FROM greenroom.property_sets);
END $$;
--> statement-breakpoint
ALTER TABLE "greenroom"."events" ADD COLUMN "wiped_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "greenroom"."recipes" ADD COLUMN "trigger_error" text;--> statement-breakpoint
ALTER TABLE "greenroom"."recipes" ADD COLUMN "wiped_through" uuid;--> statement-breakpoint
ALTER TABLE "greenroom"."jobs" ADD COLUMN "property_set" bigint DEFAULT greenroom.current_property_set();--> statement-breakpoint
ALTER TABLE "greenroom"."jobs" ADD COLUMN "wiped_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "jobs_not_succeeded" ON "greenroom"."jobs" USING btree ("state","id") WHERE state in ('failed', 'stopped', 'cancelled');--> statement-breakpoint
CREATE INDEX "jobs_by_error" ON "greenroom"."jobs" USING btree ((error->>'kind'),"id") WHERE error is not null;--> statement-breakpoint
CREATE INDEX "jobs_by_error_text" ON "greenroom"."jobs" USING gin (to_tsvector('simple', error->>'message')) WHERE error is not null;--> statement-breakpoint
CREATE INDEX "jobs_by_failure" ON "greenroom"."jobs" USING btree ("finished_at") WHERE state = 'failed';--> statement-breakpoint
CREATE INDEX "jobs_by_time" ON "greenroom"."jobs" USING brin ("created_at");