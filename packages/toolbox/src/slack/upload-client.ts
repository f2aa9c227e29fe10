import { type Client, carryingClients, createHttpClient } from "@greenroom/connector-kit";
import { slackError } from "./slack-error.ts";

const uploads = carryingClients<Client>("Slack's uploads");

/** Gives a client a way to the addresses that Slack hands out for uploads: they carry their own permission, so no token goes there. */
export function withUploads(
  client: Client,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal | undefined,
): Client {
  const plain = createHttpClient({
    ...{ fetch, signal },
    decodeError: (answer, { method }) => slackError(answer, method),
  });
  return uploads.over(client, plain);
}

/** That way. */
export const uploadClientOf = (client: Client): Client => uploads.in(client);
