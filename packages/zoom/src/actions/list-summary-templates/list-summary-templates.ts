import { defineAction } from "@greenroom/connector-kit";
import { z } from "zod";
import { userId } from "../../schemas/meeting.ts";

const template = z.looseObject({
  meeting_summary_template_id: z.string(),
  name: z.string(),
  description: z.string().optional(),
});

/** Zoom answers a bare list here; steps refer to fields, so it gets a name. @see https://developers.zoom.us/docs/api/users/ */
export const listSummaryTemplates = defineAction({
  title: "List summary templates",
  summary: "Lists the forms of meeting summaries that a person may choose.",
  endpoint: "GET /users/{userId}/meeting_summary_templates",
  scopes: ["user:read:settings", "user:read:settings:admin", "user:read", "user:read:admin"],
  effect: "read",
  input: z.strictObject({ userId }),
  output: z.object({ templates: z.array(template) }),
  async run({ call, input }) {
    return { templates: (await call({ path: { userId: input.userId } })) as z.input<typeof template>[] };
  },
});
