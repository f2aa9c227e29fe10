import type { Api } from "./api.ts";
import { CliFailure, exitCodes } from "./failure.ts";

/** The server's changes as they happen; also once at the beginning, so that nothing between is missed. */
export async function* changesOf(api: Api, stop: AbortSignal): AsyncGenerator<void> {
  const response = await api.request("GET", "/stream", undefined, stop);
  if (!response.ok || !response.body) {
    throw new CliFailure(`The server does not tell changes (${response.status}).`, {
      exitCode: response.status === 401 || response.status === 403 ? exitCodes.refused : exitCodes.failed,
    });
  }
  try {
    for await (const _ of response.body) yield;
  } catch (error) {
    if (!stop.aborted)
      throw new CliFailure("The connection to the server was lost.", {
        exitCode: exitCodes.unreachable,
        hint: String(error),
      });
  }
}
