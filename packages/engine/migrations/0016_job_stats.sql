CREATE TABLE "greenroom"."job_stats" (
	"recipe_id" uuid NOT NULL,
	"bucket" integer NOT NULL,
	"state" text NOT NULL,
	"about" smallint NOT NULL,
	"jobs" integer NOT NULL,
	"total_ms" double precision NOT NULL,
	CONSTRAINT "job_stats_recipe_id_bucket_state_about_pk" PRIMARY KEY("recipe_id","bucket","state","about")
);
--> statement-breakpoint
DROP INDEX "greenroom"."connection_uses_in_turn";--> statement-breakpoint
ALTER TABLE "greenroom"."connection_uses" ADD COLUMN "priority" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "job_stats_by_time" ON "greenroom"."job_stats" USING btree ("bucket");--> statement-breakpoint
CREATE INDEX "connection_uses_in_turn" ON "greenroom"."connection_uses" USING btree ("connection_id","priority" DESC NULLS FIRST,"turn");--> statement-breakpoint
-- Added up anew, into both.
DELETE FROM "greenroom"."job_counts";
