CREATE TABLE "greenroom"."event_gate" (
	"id" integer PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "greenroom"."job_events" (
	"job_id" uuid NOT NULL,
	"path" text NOT NULL,
	"event_id" uuid NOT NULL,
	CONSTRAINT "job_events_job_id_path_event_id_pk" PRIMARY KEY("job_id","path","event_id")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."job_waits" (
	"job_id" uuid NOT NULL,
	"path" text NOT NULL,
	"profile_id" uuid NOT NULL,
	"account_id" text NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "job_waits_job_id_path_pk" PRIMARY KEY("job_id","path")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."places" (
	"recipe_id" uuid NOT NULL,
	"worker_id" uuid NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "places_recipe_id_worker_id_pk" PRIMARY KEY("recipe_id","worker_id")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."queues" (
	"recipe_id" uuid PRIMARY KEY NOT NULL,
	"paused_at" timestamp with time zone,
	"next_start_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "greenroom"."revisions" (
	"id" integer PRIMARY KEY NOT NULL,
	"revision" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "greenroom"."jobs" DROP CONSTRAINT "jobs_once";--> statement-breakpoint
DROP INDEX "greenroom"."jobs_unfinished";--> statement-breakpoint
ALTER TABLE "greenroom"."jobs" ALTER COLUMN "event_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "greenroom"."jobs" ALTER COLUMN "worker_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "greenroom"."jobs" ADD COLUMN "cause" text DEFAULT 'event' NOT NULL;--> statement-breakpoint
ALTER TABLE "greenroom"."jobs" ADD COLUMN "result" json;--> statement-breakpoint
ALTER TABLE "greenroom"."jobs" ADD COLUMN "signals" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "greenroom"."jobs" ADD COLUMN "wake_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "greenroom"."jobs" ADD COLUMN "priority" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "greenroom"."jobs" ADD COLUMN "concurrency_key" text;--> statement-breakpoint
ALTER TABLE "greenroom"."jobs" ADD COLUMN "parent_id" uuid;--> statement-breakpoint
ALTER TABLE "greenroom"."jobs" ADD COLUMN "rerun_of" uuid;--> statement-breakpoint
ALTER TABLE "greenroom"."jobs" ADD COLUMN "details" json;--> statement-breakpoint
ALTER TABLE "greenroom"."workers" ADD COLUMN "runs_jobs" boolean DEFAULT true NOT NULL;--> statement-breakpoint
CREATE INDEX "job_waits_by_event" ON "greenroom"."job_waits" USING btree ("profile_id","account_id","name");--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_once" ON "greenroom"."jobs" USING btree ("event_id","recipe_id") WHERE cause = 'event';--> statement-breakpoint
CREATE INDEX "jobs_by_event" ON "greenroom"."jobs" USING btree ("event_id") WHERE cause <> 'event';--> statement-breakpoint
CREATE INDEX "jobs_owned" ON "greenroom"."jobs" USING btree ("worker_id") WHERE finished_at is null and worker_id is not null;--> statement-breakpoint
CREATE INDEX "jobs_queued" ON "greenroom"."jobs" USING btree ("recipe_id","priority" DESC NULLS FIRST,"id") WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX "jobs_queued_aside" ON "greenroom"."jobs" USING btree ("recipe_id","id") WHERE state = 'queued' and cause in ('call', 'test');--> statement-breakpoint
CREATE INDEX "jobs_parked" ON "greenroom"."jobs" USING btree ("wake_at") WHERE state = 'waiting' and worker_id is null;--> statement-breakpoint
CREATE INDEX "jobs_by_key" ON "greenroom"."jobs" USING btree ("recipe_id","concurrency_key") WHERE finished_at is null and concurrency_key is not null;--> statement-breakpoint
CREATE INDEX "jobs_by_parent" ON "greenroom"."jobs" USING btree ("parent_id") WHERE parent_id is not null;