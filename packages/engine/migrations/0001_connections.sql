ALTER TABLE "greenroom"."app_profiles" ADD COLUMN "kind" text;--> statement-breakpoint
ALTER TABLE "greenroom"."connections" ADD COLUMN "tested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "greenroom"."recipes" ADD COLUMN "lost_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "greenroom"."tokens" ADD COLUMN "refresh_begun_at" timestamp with time zone;