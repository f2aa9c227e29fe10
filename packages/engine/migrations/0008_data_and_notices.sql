CREATE SCHEMA "greenroom_tables";
--> statement-breakpoint
CREATE TABLE "greenroom"."job_values" (
	"job_id" uuid NOT NULL,
	"name" text NOT NULL,
	"value" text NOT NULL,
	CONSTRAINT "job_values_job_id_name_pk" PRIMARY KEY("job_id","name")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."lookup_tables" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"description" text,
	"columns" json NOT NULL,
	"next_column" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "lookup_tables_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."properties" (
	"environment" text NOT NULL,
	"name" text NOT NULL,
	"type" text NOT NULL,
	"value" json,
	"sealed" "bytea",
	"description" text,
	"updated_at" timestamp with time zone NOT NULL,
	"updated_by" text,
	CONSTRAINT "properties_environment_name_pk" PRIMARY KEY("environment","name")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."property_sets" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "greenroom"."property_sets_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"properties" json NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "greenroom"."notice_channels" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"target" text NOT NULL,
	"sealed" "bytea",
	"enabled" boolean DEFAULT true NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "greenroom"."notice_deliveries" (
	"notice_id" uuid NOT NULL,
	"channel_id" uuid NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone,
	"sent_at" timestamp with time zone,
	"error" text,
	CONSTRAINT "notice_deliveries_notice_id_channel_id_pk" PRIMARY KEY("notice_id","channel_id")
);
--> statement-breakpoint
CREATE TABLE "greenroom"."notices" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"recipe_id" uuid,
	"subject" text NOT NULL,
	"lines" text[] NOT NULL,
	"path" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "greenroom"."preferences" (
	"key" text PRIMARY KEY NOT NULL,
	"value" json NOT NULL,
	"sealed" "bytea",
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "greenroom"."notice_deliveries" ADD CONSTRAINT "notice_deliveries_notice_id_notices_id_fk" FOREIGN KEY ("notice_id") REFERENCES "greenroom"."notices"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "greenroom"."notice_deliveries" ADD CONSTRAINT "notice_deliveries_channel_id_notice_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "greenroom"."notice_channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "job_values_by_value" ON "greenroom"."job_values" USING btree ("name","value","job_id");--> statement-breakpoint
CREATE INDEX "notice_deliveries_due" ON "greenroom"."notice_deliveries" USING btree ("due_at") WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX "notices_by_key" ON "greenroom"."notices" USING btree ("key","created_at");