/** The shapes of recipes, their versions and drafts. */
import { z } from "@hono/zod-openapi";
import { id, jobState, json, time } from "./schema-parts.ts";

const comment = z.string().trim().max(500).optional();
const source = z.string().max(1_000_000);
/** Who did it, as people read it. */
const author = z.string().optional();
const folder = z
  .string()
  .trim()
  .max(200)
  .regex(/^$|^[^/]+(\/[^/]+)*$/, "must be names with / between them, such as Sales/Webinars");

/** A recipe with its newest version. */
export const recipe = z
  .object({
    id,
    name: z.string(),
    description: z.string().optional(),
    state: z.enum(["stopped", "running"]),
    /** Why it stopped, when it did so by itself: a lost connection, errors of its trigger. */
    stoppedReason: z.string().optional(),
    version: z.number().int(),
    /** YAML, as it was saved. */
    source: z.string(),
    trigger: z.string(),
    connections: z.array(z.string()),
    outline: json,
    /** Names with / between them; empty at the top. */
    folder: z.string(),
    tags: z.array(z.string()),
    /** The channels that are told of it; absent for all, none for nobody. */
    noticeChannels: z.array(id).optional(),
    /** What somebody is writing and has not saved as a version. */
    draft: z.object({ revision: z.number().int(), author, savedAt: time }).optional(),
    jobs: z.object({ succeeded: z.number(), failed: z.number(), running: z.number() }),
    createdAt: time,
    updatedAt: time,
    startedAt: time.optional(),
    stoppedAt: time.optional(),
    /** Since when its queue is held up: no further job begins. */
    pausedAt: time.optional(),
  })
  .openapi("Recipe");

/** A recipe's text: YAML or JSON. */
export const recipeSource = z.object({ source }).strict().openapi("RecipeSource");

/** The body that makes a recipe; `draftId` is the draft it was written in, which is then gone. */
export const newRecipe = z
  .object({ source, comment, draftId: z.uuid().optional(), folder: folder.optional() })
  .strict()
  .openapi("NewRecipe");

/** The body that saves a new version; with `basedOn`, only while that is the newest one. */
export const recipeSave = z
  .object({ source, comment, basedOn: z.number().int().min(1).max(2_147_483_647).optional() })
  .strict()
  .openapi("RecipeSave");

/** The body that sorts a recipe and says who is told of it; what is left out stays. */
export const recipePlace = z
  .object({
    folder: folder.optional(),
    tags: z.array(z.string().trim().min(1).max(40)).max(20).optional(),
    /** The channels that are told of it; null for all, none for nobody. */
    noticeChannels: z.array(z.uuid()).max(50).nullable().optional(),
  })
  .strict()
  .openapi("RecipePlace");

/** The body that copies a recipe; by default it is named “Copy of …”. */
export const recipeCopy = z
  .object({ name: z.string().trim().min(1).max(200).optional() })
  .strict()
  .openapi("RecipeCopy");

const label = z.object({ name: z.string(), recipes: z.number().int() });

/** What people sort recipes by, each with how many there are. */
export const recipeLabels = z
  .object({ folders: z.array(label), tags: z.array(label) })
  .openapi("RecipeLabels");

/** The newest jobs of a recipe, newest first. */
export const recentJobs = z
  .object({
    recipeId: id,
    jobs: z.array(z.object({ id, state: jobState, createdAt: time, durationMs: z.number().optional() })),
  })
  .openapi("RecentJobs");

/** The body that starts a recipe; without one it starts from now. */
export const recipeStart = z
  .object({
    /** Events that happened since then start jobs too, where they started none yet. */
    since: z.iso.datetime({ offset: true }).optional(),
    /** What becomes of the events that arrived while it was stopped; asked for when there are any. */
    events: z.enum(["take", "leave"]).optional(),
  })
  .strict()
  .optional()
  .openapi("RecipeStart");

/** A recipe that was just started. */
export const startedRecipe = recipe
  .extend({
    /** What a start since a date did not take, and why. */
    notice: z.string().optional(),
  })
  .openapi("StartedRecipe");

/** How far back a start since a date reaches. */
export const startPast = z
  .object({
    /** `service`: the service lists what happened; `place-left`: its trigger reads on from where it stopped; `inbox`: that alone. */
    reads: z.enum(["service", "place-left", "inbox"]),
    /** What is not taken, and why. Absent where nothing is missing. */
    note: z.string().optional(),
  })
  .openapi("StartPast");

/** How many events arrived while a recipe was stopped that would have started it. */
export const waitingEvents = z
  .object({
    count: z.number().int(),
    /** Whether there are more than were counted. */
    more: z.boolean(),
    /** Absent for a recipe that is running, or never ran. */
    since: time.optional(),
  })
  .openapi("WaitingEvents");

/** A version; it never changes. */
export const recipeVersion = z
  .object({
    number: z.number().int(),
    createdAt: time,
    author,
    comment: z.string().optional(),
    source: z.string(),
  })
  .openapi("RecipeVersion");

/** What changed between two texts; lines begin with a space, `+` or `-`. */
export const recipeDiff = z
  .object({
    from: z.string(),
    to: z.string(),
    hunks: z.array(
      z.object({ oldStart: z.number().int(), newStart: z.number().int(), lines: z.array(z.string()) }),
    ),
    patch: z.string(),
  })
  .openapi("RecipeDiff");

/** What somebody is writing; its text need not be a recipe yet. */
export const recipeDraft = z
  .object({
    /** The recipe's, or the one that it will have. */
    id,
    revision: z.number().int(),
    source: z.string(),
    /** The version it began from; 0 for a recipe that is still to be made. */
    basedOn: z.number().int(),
    author,
    savedAt: time,
  })
  .openapi("RecipeDraft");

/** The body that saves a draft: `revision` is the last one read, 0 when there was none. */
export const draftSave = z
  .object({ source, revision: z.number().int().min(0).max(2_147_483_647) })
  .strict()
  .openapi("DraftSave");
