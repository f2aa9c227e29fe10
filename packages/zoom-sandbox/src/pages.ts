/** What people and tests open and press: loaded with the first request for any of it, which a start need not wait for. */
import { control, type ControlParts } from "./control/control.ts";
import { marketplacePages } from "./marketplace/marketplace-pages.ts";
import type { Approvals } from "./marketplace/approvals.ts";
import { authorize } from "./oauth/authorize.ts";
import type { DeviceCodes } from "./oauth/device-codes.ts";
import { devicePages } from "./oauth/device-pages.ts";
import { tokenEndpoint } from "./oauth/token-endpoint.ts";
import type { Tokens } from "./oauth/tokens.ts";
import { people } from "./people/people.ts";
import { portalPages, type PortalParts } from "./portal/portal-pages.ts";
import { signIn } from "./portal/sign-in.ts";
import { accountActs } from "./resources/accounts/account-acts.ts";
import { botActs } from "./resources/chatbot/bot-acts.ts";
import { phonePeople } from "./resources/phone/phone-people.ts";
import type { Sms } from "./resources/phone/sms.ts";
import { downloads } from "./resources/recordings/downloads.ts";
import { recordingBatches } from "./resources/recordings/recording-batches.ts";
import type { Channels } from "./resources/team-chat/channels.ts";
import { chatActs } from "./resources/team-chat/chat-acts.ts";

/** What they are made of. */
export interface PagesParts extends PortalParts, ControlParts {
  readonly tokens: Tokens;
  readonly approvals: Approvals;
  readonly deviceCodes: DeviceCodes;
  readonly sms: Sms;
  readonly channels: Channels;
}

/** Registers OAuth, people's acts, the portal, the Marketplace, downloads and the control plane. */
export function registerPages(parts: PagesParts): void {
  const { sandbox } = parts;
  people(sandbox);
  phonePeople(sandbox, parts.sms);
  downloads(sandbox, parts.tokens, parts.sessions);
  recordingBatches(sandbox);
  chatActs(sandbox, parts.channels);
  botActs(sandbox, parts.channels);
  accountActs(sandbox);
  authorize({ ...sandbox, ...parts });
  tokenEndpoint({ ...sandbox, ...parts });
  devicePages(parts);
  signIn(sandbox, parts.sessions);
  portalPages(parts);
  marketplacePages(parts);
  control(parts);
  // Last: what is none of the routes above.
  sandbox.app.all("/_sandbox/*", (c) =>
    c.json({ error: `There is no ${c.req.method} ${c.req.path}; GET /_sandbox lists what there is.` }, 404),
  );
}
