import type { ErrorComponentProps } from "@tanstack/react-router";
import { useState } from "react";
import { ApiError } from "../api.ts";
import { Page } from "./page.tsx";
import { Failure } from "./states.tsx";

const unreachable = () =>
  new ApiError("The server cannot be reached.", "Check that Greenroom is running, then try again.");

const answers = () =>
  fetch("/healthz", { cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );

/**
 * The code of a page, which comes when the page is first opened. Without it the router would load everything anew: while
 * the server is away, that leaves the browser's own error page. After an upgrade it is the right thing.
 */
export async function codeOf<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw (await answers()) ? error : unreachable();
  }
}

/** In place of a page that could not be shown: its code did not come, or it broke. The menu stays. */
export function PageFailure({ error: thrown }: ErrorComponentProps) {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const [stillAway, setStillAway] = useState(false);
  const isCode = /dynamically imported module|importing a module|module script/i.test(error.message);
  const retry = async () => {
    if (await answers()) window.location.reload();
    else setStillAway(true);
  };
  return (
    <Page title="This page cannot be shown">
      <Failure error={stillAway || isCode ? unreachable() : error} retry={() => void retry()} />
    </Page>
  );
}
