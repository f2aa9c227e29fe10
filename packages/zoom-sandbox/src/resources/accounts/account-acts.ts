/** What Zoom's own people decide about an account: `/_sandbox/account/vanity-url`. It is no part of Zoom's API. */
import { z } from "zod";
import { readBody } from "../../read-body.ts";
import type { Sandbox } from "../../sandbox.ts";

const decision = z.strictObject({
  vanity_url: z.string().regex(/^[a-z][a-z0-9-]{3,62}$/, "must be 4 to 63 small letters, digits and hyphens"),
  approved: z.boolean().default(true),
});

/** The route: a vanity URL that the owner asked for is approved or rejected. */
export function accountActs({ app, account, users, emit }: Sandbox): void {
  app.post("/_sandbox/account/vanity-url", async (c) => {
    const { vanity_url: name, approved } = await readBody(c, decision);
    const vanity_url = `${name}.zoom.us`;
    if (approved) account.vanity_url = vanity_url;
    emit(approved ? "account.vanity_url_approved" : "account.vanity_url_rejected", {
      operator: users.find(account.owner_id)?.email ?? "",
      object: { id: account.id, vanity_url },
    });
    return c.json({ vanity_url: account.vanity_url ?? null });
  });
}
