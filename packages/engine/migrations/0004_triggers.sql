CREATE TABLE "greenroom"."delivery_health" (
	"receiver_id" uuid PRIMARY KEY NOT NULL,
	"received" bigint NOT NULL,
	"duplicates" bigint NOT NULL,
	"refused" bigint NOT NULL,
	"last_received_at" timestamp with time zone,
	"last_refused_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "greenroom"."hooks" (
	"token" text PRIMARY KEY NOT NULL,
	"recipe_id" uuid NOT NULL,
	"secret" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "hooks_recipe_id_unique" UNIQUE("recipe_id")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."listeners" (
	"key" text PRIMARY KEY NOT NULL,
	"recipe_id" uuid,
	"cursor" json,
	"due_at" timestamp with time zone NOT NULL,
	"leased_by" uuid,
	"leased_until" timestamp with time zone,
	"ran_at" timestamp with time zone,
	"error" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"found" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "greenroom"."refused_deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"receiver_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"status" integer NOT NULL,
	"reason" text NOT NULL,
	"bytes" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "greenroom"."events" ADD COLUMN "source" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "greenroom"."events" ADD COLUMN "state_key" text;--> statement-breakpoint
ALTER TABLE "greenroom"."events" ADD COLUMN "reconciled" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "greenroom"."events" ADD COLUMN "found_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "greenroom"."hooks" ADD CONSTRAINT "hooks_recipe_id_recipes_id_fk" FOREIGN KEY ("recipe_id") REFERENCES "greenroom"."recipes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "listeners_due" ON "greenroom"."listeners" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "refused_by_receiver" ON "greenroom"."refused_deliveries" USING btree ("receiver_id","id");--> statement-breakpoint
CREATE INDEX "events_by_state" ON "greenroom"."events" USING btree ("profile_id","state_key") WHERE state_key is not null;