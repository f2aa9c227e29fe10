INSERT INTO "greenroom"."revisions" (id, revision) VALUES (1, 1);
--> statement-breakpoint
CREATE FUNCTION "greenroom"."count_revision"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE greenroom.revisions SET revision = revision + 1 WHERE id = 1;
  PERFORM pg_notify('greenroom', '{"from":"","reload":true}');
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER "count_revision" AFTER INSERT OR UPDATE OF name, state, version_id OR DELETE ON "greenroom"."recipes" FOR EACH STATEMENT EXECUTE FUNCTION "greenroom"."count_revision"();
--> statement-breakpoint
CREATE TRIGGER "count_revision" AFTER INSERT OR UPDATE OF name, profile_id, token_id, state OR DELETE ON "greenroom"."connections" FOR EACH STATEMENT EXECUTE FUNCTION "greenroom"."count_revision"();
--> statement-breakpoint
-- What DBOS recorded of unfinished jobs and the history does not know yet; then nothing of DBOS is needed.
DO $$
BEGIN
  IF to_regclass('greenroom_dbos.operation_outputs') IS NULL THEN RETURN; END IF;
  UPDATE greenroom.job_steps step
  SET state = CASE WHEN done.result->'error' IS NULL THEN 'succeeded' ELSE 'failed' END,
      output = done.result->'output', error = done.result->'error',
      attempts = coalesce((done.result->>'attempts')::int, step.attempts), finished_at = now()
  FROM greenroom.jobs job, (
    SELECT workflow_uuid, split_part(function_name, ' ', 1) AS path, output::json AS result
    FROM greenroom_dbos.operation_outputs WHERE output IS NOT NULL
  ) done
  WHERE step.job_id = job.id AND job.finished_at IS NULL AND done.workflow_uuid = job.id::text
    AND step.path = done.path AND step.state IN ('running', 'waiting');
END $$;
--> statement-breakpoint
DROP SCHEMA IF EXISTS "greenroom_dbos" CASCADE;
