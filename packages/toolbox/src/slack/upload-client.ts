import { type Client, createHttpClient } from "@greenroom/connector-kit";
import { slackError } from "./slack-error.ts";

const uploads = new WeakMap<Client, Client>();

/** Gives a client a way to the addresses that Slack hands out for uploads: they carry their own permission, so no token goes there. */
export function withUploads(
  client: Client,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal | undefined,
): Client {
  uploads.set(
    client,
    createHttpClient({ fetch, signal, decodeError: (answer, { method }) => slackError(answer, method) }),
  );
  return client;
}

/** That way. */
export function uploadClientOf(client: Client): Client {
  const upload = uploads.get(client);
  if (!upload) throw new Error("this client uploads nothing");
  return upload;
}
