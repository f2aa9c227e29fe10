CREATE SCHEMA "greenroom";
--> statement-breakpoint
CREATE TABLE "greenroom"."app_profiles" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connector" text NOT NULL,
	"name" text NOT NULL,
	"fields" json NOT NULL,
	"secrets" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "app_profiles_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."authorizations" (
	"state" text PRIMARY KEY NOT NULL,
	"connection_id" uuid NOT NULL,
	"code_verifier" "bytea" NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "greenroom"."connections" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"connector" text NOT NULL,
	"profile_id" uuid NOT NULL,
	"token_id" uuid,
	"state" text NOT NULL,
	"reason" text,
	"created_at" timestamp with time zone NOT NULL,
	"connected_at" timestamp with time zone,
	CONSTRAINT "connections_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"profile_id" uuid NOT NULL,
	"connector" text NOT NULL,
	"account_id" text NOT NULL,
	"name" text NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"dedupe_key" text NOT NULL,
	"payload" json NOT NULL,
	CONSTRAINT "events_once" UNIQUE("profile_id","dedupe_key")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."job_steps" (
	"job_id" uuid NOT NULL,
	"path" text NOT NULL,
	"position" integer NOT NULL,
	"step_id" text,
	"title" text NOT NULL,
	"kind" text NOT NULL,
	"use" text,
	"state" text NOT NULL,
	"attempts" integer NOT NULL,
	"input" json,
	"output" json,
	"error" json,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "job_steps_job_id_path_pk" PRIMARY KEY("job_id","path")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."jobs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"recipe_id" uuid NOT NULL,
	"version_id" uuid NOT NULL,
	"event_id" uuid NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"error" json,
	"worker_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "jobs_once" UNIQUE("event_id","recipe_id")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."recipe_versions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"recipe_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"source" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "recipe_versions_recipe_id_number_unique" UNIQUE("recipe_id","number")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."recipes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"stopped_reason" text,
	"version_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	CONSTRAINT "recipes_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "greenroom"."tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"profile_id" uuid NOT NULL,
	"account_id" text NOT NULL,
	"user_id" text NOT NULL,
	"identity" json NOT NULL,
	"secrets" "bytea" NOT NULL,
	"scopes" text[] NOT NULL,
	"api_url" text,
	"expires_at" timestamp with time zone NOT NULL,
	"refreshed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "tokens_profile_id_account_id_user_id_unique" UNIQUE("profile_id","account_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."workers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"pid" integer NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"heartbeat_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "greenroom"."authorizations" ADD CONSTRAINT "authorizations_connection_id_connections_id_fk" FOREIGN KEY ("connection_id") REFERENCES "greenroom"."connections"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "greenroom"."connections" ADD CONSTRAINT "connections_profile_id_app_profiles_id_fk" FOREIGN KEY ("profile_id") REFERENCES "greenroom"."app_profiles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "greenroom"."connections" ADD CONSTRAINT "connections_token_id_tokens_id_fk" FOREIGN KEY ("token_id") REFERENCES "greenroom"."tokens"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "greenroom"."recipe_versions" ADD CONSTRAINT "recipe_versions_recipe_id_recipes_id_fk" FOREIGN KEY ("recipe_id") REFERENCES "greenroom"."recipes"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "greenroom"."tokens" ADD CONSTRAINT "tokens_profile_id_app_profiles_id_fk" FOREIGN KEY ("profile_id") REFERENCES "greenroom"."app_profiles"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "jobs_by_recipe" ON "greenroom"."jobs" USING btree ("recipe_id","id");--> statement-breakpoint
CREATE INDEX "jobs_unfinished" ON "greenroom"."jobs" USING btree ("worker_id") WHERE finished_at is null;