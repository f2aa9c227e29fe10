CREATE TABLE "greenroom"."job_counts" (
	"recipe_id" uuid PRIMARY KEY NOT NULL,
	"through" uuid NOT NULL,
	"succeeded" integer NOT NULL,
	"failed" integer NOT NULL,
	"open" uuid[] NOT NULL
);
