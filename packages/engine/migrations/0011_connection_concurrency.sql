CREATE TABLE "greenroom"."connection_uses" (
	"id" uuid PRIMARY KEY NOT NULL,
	"turn" bigint GENERATED ALWAYS AS IDENTITY (sequence name "greenroom"."connection_uses_turn_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"connection_id" uuid NOT NULL,
	"job_id" uuid NOT NULL,
	"worker_id" uuid NOT NULL,
	"granted_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "greenroom"."connections" ADD COLUMN "concurrency" integer;--> statement-breakpoint
CREATE INDEX "connection_uses_in_turn" ON "greenroom"."connection_uses" USING btree ("connection_id","turn");