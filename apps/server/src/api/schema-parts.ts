/** What the shapes of the API are made of. */
import { z } from "@hono/zod-openapi";

export const id = z.string();
/** The id in a request. */
export const givenId = z.uuid();
export const time = z.iso.datetime();
/** A service's data, or anything else that JSON can say. */
export const json = z.unknown();

/** How a job stands. */
export const jobState = z
  .enum(["queued", "running", "waiting", "succeeded", "failed", "stopped", "cancelled"])
  .openapi("JobState");
