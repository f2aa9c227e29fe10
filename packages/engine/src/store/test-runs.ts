/** Test runs: with which event, and of which text. */
import { ConnectorError } from "@greenroom/connector-kit";
import { eq } from "drizzle-orm";
import type { Database } from "../database/database.ts";
import type { TestRunOptions } from "../database/job-tables.ts";
import { recipes } from "../database/schema.ts";
import type { JobControl } from "../jobs/job-control.ts";
import type { JobQueries } from "./job-queries.ts";
import type { RecipeTexts } from "./recipe-texts.ts";
import { notFound } from "./refusals.ts";
import type { TriggerPreviews } from "./trigger-preview.ts";

/** The event that a test run sees. */
export type TestEvent =
  /** The newest that would start the recipe. */
  | { readonly from: "newest" }
  | { readonly from: "inbox"; readonly eventId: string }
  /** The trigger's sample. */
  | { readonly from: "sample" }
  | { readonly from: "hand"; readonly payload: Readonly<Record<string, unknown>> };

/** The test runs. */
export interface TestRuns {
  /**
   * Begins one; the effects that are not allowed ask first, as steps that wait for a person. @returns the job's id
   * @throws {RecipeRefused} @throws {ConnectorError}
   */
  start(recipeId: string, event: TestEvent, options: TestRunOptions): Promise<string>;
}

const noVersion = "00000000-0000-0000-0000-000000000000";

/** Makes them. */
export function createTestRuns(context: {
  readonly database: Database;
  readonly texts: RecipeTexts;
  readonly previews: TriggerPreviews;
  readonly queries: JobQueries;
  readonly control: JobControl;
}): TestRuns {
  const { database, texts, previews, queries, control } = context;

  async function payloadOf(
    recipeId: string,
    event: TestEvent,
    { use, source }: { use: string; source: string | undefined },
  ): Promise<{ trigger: Readonly<Record<string, unknown>>; eventId?: string }> {
    if (event.from === "hand") return { trigger: event.payload };
    if (event.from === "sample") {
      const sample: unknown = texts.catalogue.trigger(use)?.sample;
      return { trigger: typeof sample === "object" && sample !== null ? { ...sample } : {} };
    }
    if (event.from === "inbox") {
      const { dataKept } = await queries.getEvent(event.eventId);
      if (!dataKept) throw new ConnectorError("conflict", "no-data", "The data of this event was deleted.");
      return { trigger: await queries.payload(event.eventId), eventId: event.eventId };
    }
    const newest = await previews.newest({ recipeId, source });
    if (newest) return { trigger: newest.event.payload, eventId: newest.id };
    throw new ConnectorError("conflict", "no-events", "None of the last events would start this recipe.", {
      hint: "Try it with the trigger's sample, or write an event by hand.",
    });
  }

  return {
    async start(recipeId, event, options) {
      const [row] = await database.select().from(recipes).where(eq(recipes.id, recipeId));
      if (!row && options.source === undefined) throw notFound("recipe", recipeId);
      const { source } = options;
      const use =
        source === undefined
          ? (await texts.program(row?.versionId ?? "")).trigger.use
          : (await texts.accept(source)).trigger.use;
      const chosen = await payloadOf(recipeId, event, { use, source });
      // A recipe that is still to be made has no version; what runs is the text.
      return await control.startTestRun({
        recipeId,
        versionId: row?.versionId ?? noVersion,
        ...options,
        ...chosen,
      });
    },
  };
}
