DROP INDEX "greenroom"."connection_uses_in_turn";--> statement-breakpoint
ALTER TABLE "greenroom"."connection_uses" ADD COLUMN "turn_at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE INDEX "connection_uses_in_turn" ON "greenroom"."connection_uses" USING btree ("connection_id","turn_at","turn");--> statement-breakpoint
ALTER TABLE "greenroom"."connection_uses" DROP COLUMN "priority";