/** The shapes of recipes on their way from Workato and back. */
import { z } from "@hono/zod-openapi";

/** Something to check after an import or an export. */
export const importNote = z.object({
  /** In the recipe that was made, such as `steps[1].then[0].input.topic`. */
  path: z.string(),
  /** The number of the step in the recipe that was imported. */
  number: z.number().optional(),
  message: z.string(),
  hint: z.string().optional(),
});

/** A recipe that was made of Workato's. */
export const importedRecipe = z
  .object({
    name: z.string(),
    /** YAML. */
    source: z.string(),
    /** What to check. */
    notes: z.array(importNote),
  })
  .openapi("ImportedRecipe");

/** A recipe as Workato's JSON. */
export const exportedRecipe = z
  .object({ json: z.unknown(), notes: z.array(importNote) })
  .openapi("ExportedRecipe");
