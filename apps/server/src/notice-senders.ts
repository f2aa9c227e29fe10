/** How notices leave: e-mail by the installation's SMTP, and signed requests to web addresses. */
import { createHmac } from "node:crypto";
import type { Notice, NoticeSenders } from "@greenroom/engine";
import type { SendMail } from "./access/mail.ts";

const timeoutMs = 10_000;

/** Makes the senders; `fetch` refuses addresses that recipes may not call either. */
export function noticeSenders(context: {
  readonly publicUrl: string;
  readonly mail: SendMail | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
}): NoticeSenders {
  const { publicUrl, mail, fetch, now } = context;
  const linkOf = ({ path }: Notice) => `${publicUrl}${path}`;
  return {
    ...(mail && {
      email: (to: string, notice: Notice) =>
        mail({
          to,
          subject: `Greenroom: ${notice.subject}`,
          text: [...notice.lines, "", linkOf(notice), ""].join("\n"),
        }),
    }),
    async webhook(url, secret, notice) {
      const { id, kind, subject, lines, createdAt } = notice;
      const link = linkOf(notice);
      const body = JSON.stringify({ id, kind, subject, lines, link, createdAt: createdAt.toISOString() });
      const timestamp = String(Math.floor(now().getTime() / 1_000));
      const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");
      const response = await fetch(new URL(url), {
        ...{ method: "POST", body, redirect: "error", signal: AbortSignal.timeout(timeoutMs) },
        headers: {
          "content-type": "application/json",
          "user-agent": "Greenroom",
          "x-greenroom-notice": id,
          "x-greenroom-timestamp": timestamp,
          "x-greenroom-signature": `v1=${signature}`,
        },
      }).catch((error: unknown) => {
        // undici says only “fetch failed”; why stands in its cause.
        throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`It answered ${response.status}.`);
    },
  };
}
