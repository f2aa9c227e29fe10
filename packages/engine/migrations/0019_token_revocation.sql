ALTER TABLE "greenroom"."tokens" ADD COLUMN "revoke_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "greenroom"."tokens" ADD COLUMN "revoke_tried_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "greenroom"."tokens" ADD COLUMN "revoke_for" uuid;