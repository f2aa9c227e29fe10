import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { defineAction, type FileRef, fileRef, type OpenFile, readFileRef } from "@greenroom/connector-kit";
import { z } from "zod";
import { icalendar, invitation } from "./invitation.ts";
import { mailServers } from "./mail-server.ts";

const address = z
  .string()
  .regex(
    /^(?:[^<>\r\n]*<[^<>\s@]+@[^<>\s@]+>|[^<>\s@,;]+@[^<>\s@,;]+)$/,
    "must be an address, such as ada@example.com or Ada <ada@example.com>",
  );
const addresses = z.union(
  [address, z.array(address).max(1_000)],
  "must be an address, such as ada@example.com or Ada <ada@example.com>, or a list of them",
);

/** Sends one message. */
export const sendEmail = defineAction({
  title: "Send email",
  summary:
    "Sends a message with text, HTML or both; with files, and with an invitation that calendars take in.",
  endpoint: "POST /messages",
  scopes: [],
  effect: "create",
  input: z.strictObject({
    to: addresses.describe("One address, or a list"),
    cc: addresses.optional(),
    bcc: addresses.optional().describe("Who gets it unseen by the others"),
    subject: z.string().max(998),
    text: z.string().optional().describe("What the message says, as plain text"),
    html: z.string().optional().describe("And as HTML, for those that show it"),
    from: address.optional().describe("The sender; otherwise the connection's"),
    replyTo: addresses.optional(),
    attachments: z
      .array(fileRef)
      .max(50)
      .optional()
      .describe("Files that earlier steps gave; they are streamed"),
    invitation: invitation.optional(),
    inReplyTo: z
      .string()
      .max(998)
      .optional()
      .describe("The messageId that this answers, so that it joins its thread"),
  }),
  output: z.object({
    messageId: z.string(),
    accepted: z.array(z.string()),
    rejected: z.array(z.string()).describe("Addresses that the server refused, where it took others"),
    response: z.string().describe("What the server said"),
  }),
  async run({ client, input, openFile, signal, idempotencyKey }) {
    const server = mailServers.in(client);
    const mark = createHash("sha256").update(idempotencyKey).digest("hex").slice(0, 32);
    const from = input.from ?? server.from;
    const sender = partsOf(from);
    const domain = sender.email.split("@").at(-1) ?? "greenroom";
    const { attachments = [], invitation: event, inReplyTo, ...message } = input;
    const broken: { error?: unknown } = {};
    const calendar =
      event &&
      (await icalendar(event, {
        ...{ from: sender, to: listOf(input.to).map((to) => partsOf(to).email) },
        ...{ uid: `${mark}@${domain}`, now: new Date() },
      }));
    try {
      const sent = await server.send({
        ...message,
        ...{ from, messageId: `<${mark}@${domain}>`, disableFileAccess: true, disableUrlAccess: true },
        ...(inReplyTo !== undefined && { inReplyTo, references: inReplyTo }),
        ...(calendar && { icalEvent: { ...calendar, filename: "invite.ics" } }),
        attachments: attachments.map((file) => attachmentOf(file, openFile, signal, broken)),
        ...(signal && { signal }),
      });
      return sent;
    } catch (error) {
      signal?.throwIfAborted();
      // Why a file could not be read; the server has not taken the message then.
      throw broken.error ?? error;
    }
  },
});

function attachmentOf(
  file: FileRef,
  openFile: OpenFile,
  signal: AbortSignal | undefined,
  broken: { error?: unknown },
) {
  async function* bytes() {
    try {
      yield* readFileRef(openFile, file, { signal });
    } catch (error) {
      broken.error = error;
      // Another one: the library writes its own codes into what it is given.
      throw new Error("the file cannot be read", { cause: error });
    }
  }
  return {
    filename: file.name,
    contentType: file.mediaType,
    content: Readable.from(bytes(), { objectMode: false }),
  };
}

function listOf(addressesGiven: string | readonly string[]): readonly string[] {
  return typeof addressesGiven === "string" ? [addressesGiven] : addressesGiven;
}

function partsOf(text: string): { name: string; email: string } {
  const [, name = "", email = ""] = /^(.*)<(.+)>$/.exec(text) ?? [];
  return email === "" ? { name: "", email: text.trim() } : { name: name.trim().replace(/^"|"$/g, ""), email };
}
