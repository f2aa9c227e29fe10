import { type ActionRun, ConnectorError, defineAction, readFileRef } from "@greenroom/connector-kit";
import { z } from "zod";
import { meetingId } from "../../schemas/meeting.ts";

/** A day of talking is about 2 MB. */
const MOST_BYTES = 10_000_000;

const answer = z.looseObject({
  meeting_topic: z.string().optional(),
  can_download: z.boolean().optional(),
  download_url: z.string().optional(),
  download_restriction_reason: z.string().optional(),
});

const cue = z.object({ from: z.string(), to: z.string(), speaker: z.string(), text: z.string() });

/**
 * A meeting's transcript as text, for a later step to search, send or sum up.
 *
 * @see https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/GET/meetings/{meetingId}/transcript
 */
export const readTranscript = defineAction({
  title: "Read transcript",
  summary: "Reads a meeting's transcript as text, with who said what and when.",
  endpoint: "GET /meetings/{meetingId}/transcript",
  scopes: [
    ...["cloud_recording:read:meeting_transcript", "cloud_recording:read:meeting_transcript:admin"],
    ...["recording:read", "recording:read:admin"],
  ],
  effect: "read",
  input: z.strictObject({ meetingId }),
  output: z.object({
    meeting_topic: z.string().optional(),
    text: z.string().describe("Line by line, each with its speaker"),
    cues: z.array(cue),
  }),
  async run(context) {
    const { meeting_topic, can_download, download_url, download_restriction_reason } = answer.parse(
      await context.call({ path: { meetingId: context.input.meetingId } }),
    );
    if (can_download === false || download_url === undefined) {
      const reason = download_restriction_reason ?? "NOT_READY";
      throw new ConnectorError(
        reason === "NOT_READY" ? "unavailable" : "not-found",
        `transcript-${reason.toLowerCase().replaceAll("_", "-")}`,
        `Zoom has no transcript to read of meeting ${context.input.meetingId}: ${reason}.`,
        { hint: "Transcripts are made where the account's setting “Create audio transcript” is on." },
      );
    }
    const cues = cuesOf(await textAt(download_url, context));
    const text = cues.map((one) => (one.speaker ? `${one.speaker}: ${one.text}` : one.text)).join("\n");
    return { ...(meeting_topic !== undefined && { meeting_topic }), text, cues };
  },
});

async function textAt(
  url: string,
  { client, signal }: Pick<ActionRun<unknown>, "client" | "signal">,
): Promise<string> {
  if (!client.openFile) throw new Error("the client opens no files");
  const ref = { connector: "zoom", url, name: "The transcript", mediaType: "text/vtt" };
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readFileRef(client.openFile, ref, { signal })) {
    size += chunk.length;
    if (size > MOST_BYTES) {
      const message = `The transcript is longer than ${MOST_BYTES / 1_000_000} MB.`;
      throw new ConnectorError("unexpected-response", "transcript-too-long", message, {
        hint: "Save it with zoom/download-recording and files/save-file instead.",
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What stands in WebVTT: blocks with a line of times; a speaker is written before a colon. */
function cuesOf(vtt: string): z.output<typeof cue>[] {
  return vtt.split(/\r?\n\r?\n/).flatMap((block) => {
    const lines = block.split(/\r?\n/);
    const at = lines.findIndex((line) => line.includes(" --> "));
    const [, from, to] = /^(\S+) --> (\S+)/.exec(lines[at] ?? "") ?? [];
    if (from === undefined || to === undefined) return [];
    const said = lines
      .slice(at + 1)
      .join(" ")
      .trim();
    const [, speaker = "", text = said] = /^([^:]{1,80}): (.*)$/s.exec(said) ?? [];
    return [{ from, to, speaker, text }];
  });
}
