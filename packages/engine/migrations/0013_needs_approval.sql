ALTER TABLE "greenroom"."api_keys" ADD COLUMN "needs_approval" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
UPDATE "greenroom"."api_keys" SET "needs_approval" = '{create}' WHERE "approve_creates";--> statement-breakpoint
ALTER TABLE "greenroom"."approvals" ADD COLUMN "effect" text;--> statement-breakpoint
UPDATE "greenroom"."approvals" SET "effect" = 'create';--> statement-breakpoint
ALTER TABLE "greenroom"."api_keys" DROP COLUMN "approve_creates";