CREATE TABLE "greenroom"."limits" (
	"key" text PRIMARY KEY NOT NULL,
	"turns" json NOT NULL,
	"used" integer NOT NULL,
	"ends_at" timestamp with time zone NOT NULL
);
