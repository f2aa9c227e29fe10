CREATE TABLE "greenroom"."recipe_drafts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"revision" integer NOT NULL,
	"source" text NOT NULL,
	"based_on" integer NOT NULL,
	"author" text,
	"saved_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "greenroom"."recipe_tests" (
	"recipe_id" uuid NOT NULL,
	"name" text NOT NULL,
	"source" text NOT NULL,
	"author" text,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "recipe_tests_recipe_id_name_pk" PRIMARY KEY("recipe_id","name")
);
--> statement-breakpoint
ALTER TABLE "greenroom"."recipe_versions" ADD COLUMN "author" text;--> statement-breakpoint
ALTER TABLE "greenroom"."recipe_versions" ADD COLUMN "comment" text;--> statement-breakpoint
ALTER TABLE "greenroom"."recipes" ADD COLUMN "stopped_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "greenroom"."recipes" ADD COLUMN "pick_up_by" text;--> statement-breakpoint
ALTER TABLE "greenroom"."recipes" ADD COLUMN "pick_up_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "greenroom"."recipes" ADD COLUMN "folder" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "greenroom"."recipes" ADD COLUMN "tags" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "greenroom"."recipes" ADD COLUMN "trigger_errors" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "greenroom"."recipes" ADD COLUMN "forgotten_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "greenroom"."recipe_tests" ADD CONSTRAINT "recipe_tests_recipe_id_recipes_id_fk" FOREIGN KEY ("recipe_id") REFERENCES "greenroom"."recipes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "events_by_name" ON "greenroom"."events" USING btree ("profile_id","name","received_at");