/** What hosts do with a meeting or webinar at Zoom's pages, before and after it: convert it, and see to its summary. */
import { z } from "zod";
import type { Meeting } from "../resources/meetings/meeting-rows.ts";
import { convertScheduled } from "../resources/scheduled/convert.ts";
import {
  deleteSummary,
  editSummary,
  lastSummary,
  recoverSummary,
  shareSummary,
  type Summary,
  trashSummary,
} from "../resources/scheduled/summary-changes.ts";
import type { Sandbox, User } from "../sandbox.ts";
import { type Action, action, type Scene } from "./action.ts";
import { Refused, wrongField } from "./session.ts";

const by = { by: z.email().optional() };
const byAlone = z.strictObject(by);

/** The named person of the account, or the host. */
function person({ sandbox: { users }, planned }: Scene, email: string | undefined): User {
  const user = email === undefined ? users.find(planned.host_id) : users.byEmail(email);
  if (!user)
    throw wrongField("by", `${email ?? "the host"} is nobody of the account; name one of its people`);
  return user;
}

const ofSummary =
  (change: (sandbox: Sandbox, summary: Summary, who: User) => void) =>
  (scene: Scene, given: z.infer<typeof byAlone>): object => {
    const summary = lastSummary(scene.sandbox, scene.planned.id);
    if (!summary)
      throw new Refused(
        "No session of this meeting has a summary: start the AI Companion in one (ai-companion/start), then end it.",
      );
    change(scene.sandbox, summary, person(scene, given.by));
    return summary;
  };

/** By the last part of their routes. */
export const hostActions: Readonly<Record<string, Action>> = {
  convert: action(z.strictObject({}), (scene) => {
    const { sandbox, planned } = scene;
    const kinds = ["meetings", "webinars"].map((name) => sandbox.table<Meeting>(name).get(planned.id));
    const row = kinds.find((one) => one === planned);
    if (!row) throw new Refused("It is there no more.");
    convertScheduled(sandbox, row, person(scene, undefined));
    const { id, type } = row;
    return { id, type };
  }),
  "summary/edit": action(
    z
      .strictObject({
        ...by,
        summary_overview: z.string().optional(),
        summary_details: z.string().optional(),
        next_steps: z.array(z.string()).optional(),
      })
      .refine((given) => Object.keys(given).some((name) => name !== "by"), {
        ...{ path: ["summary_overview"], error: "give summary_overview, summary_details or next_steps" },
      }),
    (scene, { by: email, ...edit }) => {
      return ofSummary((sandbox, summary, who) => editSummary(sandbox, summary, who, edit))(scene, {
        by: email,
      });
    },
  ),
  "summary/share": action(
    z.strictObject({ ...by, emails: z.array(z.email()).min(1) }),
    (scene, { emails, ...given }) =>
      ofSummary((sandbox, summary, who) => shareSummary(sandbox, summary, who, emails))(scene, given),
  ),
  "summary/trash": action(byAlone, ofSummary(trashSummary)),
  "summary/recover": action(byAlone, ofSummary(recoverSummary)),
  "summary/delete": action(byAlone, ofSummary(deleteSummary)),
};
