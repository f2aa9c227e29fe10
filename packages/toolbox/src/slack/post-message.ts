import { ConnectorError, defineAction } from "@greenroom/connector-kit";
import { z } from "zod";

const answer = z.looseObject({ channel: z.string().optional(), ts: z.string().optional() });

/**
 * Posts a message.
 *
 * @see https://docs.slack.dev/reference/methods/chat.postMessage
 */
export const postMessage = defineAction({
  title: "Post message",
  summary: "Posts a message into a channel, a thread or to a person.",
  endpoint: "POST /chat.postMessage",
  scopes: ["chat:write"],
  effect: "create",
  input: z.strictObject({
    channel: z
      .string()
      .min(1)
      .optional()
      .describe("The channel's ID or #name, or a person's ID; not with a webhook, which has its own"),
    text: z
      .string()
      .min(1)
      .max(40_000)
      .describe("What it says, in Slack's own Markdown; with blocks, what notifications say"),
    blocks: z
      .array(z.record(z.string(), z.unknown()))
      .max(50)
      .optional()
      .describe("The message as Block Kit"),
    threadTs: z.string().optional().describe("The ts of the message that it answers"),
    unfurlLinks: z.boolean().optional().describe("Whether links show what they lead to"),
  }),
  output: z.object({
    channel: z.string().nullable(),
    ts: z.string().nullable().describe("Names the message, to answer in its thread"),
  }),
  async run({ client, input: { channel, text, blocks, threadTs, unfurlLinks }, signal }) {
    const { body } = await client
      .send("POST", "/chat.postMessage", {
        body: {
          text,
          ...(channel !== undefined && { channel }),
          ...(blocks && { blocks }),
          ...(threadTs !== undefined && { thread_ts: threadTs }),
          ...(unfurlLinks !== undefined && { unfurl_links: unfurlLinks }),
        },
        ...{ idempotent: false, signal },
      })
      .catch((error: unknown) => {
        throw channel === undefined &&
          error instanceof ConnectorError &&
          error.code === "slack.channel_not_found"
          ? new ConnectorError(
              "invalid-input",
              "invalid-input",
              "Post message: channel is required with a bot token.",
              {
                fields: [{ field: "channel", message: "is required with a bot token" }],
              },
            )
          : error;
      });
    const said = answer.safeParse(body).data;
    return { channel: said?.channel ?? null, ts: said?.ts ?? null };
  },
});
