import { ConnectorError, defineAction, expectAnswer } from "@greenroom/connector-kit";
import { z } from "zod";

const user = z.looseObject({
  id: z.string(),
  name: z.string().optional(),
  real_name: z.string().optional(),
  deleted: z.boolean().optional(),
  tz: z.string().nullish(),
  profile: z.looseObject({ email: z.string().optional(), display_name: z.string().optional() }).optional(),
});

/**
 * Finds a person.
 *
 * @see https://docs.slack.dev/reference/methods/users.lookupByEmail
 */
export const findUser = defineAction({
  title: "Find user by email",
  summary: "Gives the member of the workspace who has this address; null when there is none.",
  endpoint: "GET /users.lookupByEmail",
  scopes: ["users:read.email"],
  effect: "read",
  input: z.strictObject({ email: z.email() }),
  output: z.object({ user: user.nullable() }),
  async run({ call, input: { email } }) {
    try {
      const found = await call({ query: { email } });
      return { user: expectAnswer(z.looseObject({ user }), found, "Slack").user };
    } catch (error) {
      if (error instanceof ConnectorError && error.code === "slack.users_not_found") return { user: null };
      throw error;
    }
  },
});

const channel = z.looseObject({
  id: z.string(),
  name: z.string().optional(),
  is_private: z.boolean().optional(),
  is_member: z.boolean().optional(),
});
const page = z.looseObject({
  channels: z.array(channel),
  response_metadata: z.looseObject({ next_cursor: z.string().optional() }).optional(),
});
/** Slack: at most 1,000, and 200 are recommended. */
const pageSize = 200;

/**
 * Lists channels.
 *
 * @see https://docs.slack.dev/reference/methods/conversations.list
 */
export const listChannels = defineAction({
  title: "List channels",
  summary: "Lists the channels that the app can see.",
  endpoint: "GET /conversations.list",
  scopes: ["channels:read"],
  effect: "read",
  input: z.strictObject({
    types: z
      .array(z.enum(["public_channel", "private_channel", "mpim", "im"]))
      .min(1)
      .default(["public_channel"]),
    withArchived: z.boolean().default(false),
    limit: z.int().min(1).max(10_000).default(1_000),
  }),
  output: z.object({
    channels: z.array(channel),
    more: z.boolean().describe("Whether the limit left some out"),
  }),
  async run({ call, input: { types, withArchived, limit } }) {
    const channels: z.output<typeof channel>[] = [];
    let cursor: string | undefined;
    do {
      const query = { types: types.join(","), exclude_archived: !withArchived, limit: pageSize, cursor };
      const found = expectAnswer(page, await call({ query }), "Slack");
      channels.push(...found.channels);
      cursor = found.response_metadata?.next_cursor || undefined;
    } while (cursor !== undefined && channels.length < limit);
    return { channels: channels.slice(0, limit), more: cursor !== undefined || channels.length > limit };
  },
});
