import { z } from "zod";

/** What makes a group of devices. */
export const deviceGroupBody = z.strictObject({
  name: z.string().min(1),
  description: z.string().default(""),
});
