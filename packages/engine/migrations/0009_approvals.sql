CREATE TABLE "greenroom"."approvals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"key_id" uuid NOT NULL,
	"key_name" text NOT NULL,
	"use" text NOT NULL,
	"connection" text,
	"input" json NOT NULL,
	"state" text NOT NULL,
	"output" json,
	"error" json,
	"decided_by" text,
	"decided_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "approvals_by_state" ON "greenroom"."approvals" USING btree ("state","id");