/** What devices, visitors and tests tell by routes of the control plane; loaded with the first, which a start need not wait for. */
import { z } from "zod";

export { readBody } from "../read-body.ts";

/** A reading of a room's sensor. */
export const sensorBody = z.strictObject({
  sensor_type: z.string().min(1).default("REAL_TIME_PEOPLE_COUNT"),
  sensor_value: z.string().default("0"),
});

/** Something that is wrong with a room. */
export const roomAlertBody = z.strictObject({
  issue: z.string().min(1).default("Room Controller disconnected"),
});

/** A link to a webinar's registration, and how many have followed it. */
export const trackingSourceBody = z.strictObject({
  source_name: z.string().min(1).default("Link"),
  visitor_count: z.int().min(0).default(0),
});
