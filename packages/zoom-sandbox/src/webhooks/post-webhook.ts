/** How an attempt to post a webhook went. */
export interface PostResult {
  /** Missing when no answer came. */
  readonly status?: number;
  /** Why no answer came. */
  readonly problem?: string;
  readonly answer: string;
}

// Zoom: an answer later than 3 seconds is a failure (zoom-api.md 5.3). Real seconds: the network knows no other.
const TIME_LIMIT_MS = 3000;
const LONGEST_ANSWER = 10_000;

/** Posts a body to a webhook address; never throws. */
export async function postWebhook(
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<PostResult> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    return { status: response.status, answer: (await response.text()).slice(0, LONGEST_ANSWER) };
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      return { problem: `gave no answer within ${TIME_LIMIT_MS / 1000} seconds`, answer: "" };
    }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return {
      problem: `could not be reached (${cause instanceof Error ? cause.message : String(cause)})`,
      answer: "",
    };
  }
}
