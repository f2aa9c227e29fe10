import type { Form } from "../portal/form.ts";
import { zoomError } from "../sandbox.ts";
import type { EventSubscription, WebhookAuthentication } from "./app.ts";

/** How events reach the app, as the form's fields `method` and `auth`, `auth_*` say. */
export function subscriptionMethodOf(
  form: Form,
): Required<Pick<EventSubscription, "method" | "authentication">> {
  const method = form.text("method") || "webhook";
  if (method !== "webhook" && method !== "websocket") {
    throw zoomError(400, 1500, `Method: "${method}" is neither webhook nor websocket.`);
  }
  return { method, authentication: authenticationOf(form) };
}

function authenticationOf(form: Form): WebhookAuthentication {
  const field = (name: string, says: string): string => {
    const text = form.text(`auth_${name}`);
    if (text === "") throw zoomError(400, 1500, `${says}: enter one.`);
    return text;
  };
  switch (form.text("auth") || "default") {
    case "default":
      return { kind: "default" };
    case "basic":
      return {
        kind: "basic",
        username: field("username", "User name"),
        password: field("password", "Password"),
      };
    case "oauth":
      return {
        kind: "oauth",
        token_url: field("token_url", "Token URL"),
        client_id: field("client_id", "Client id"),
        client_secret: field("client_secret", "Client secret"),
      };
    case "custom": {
      const header = field("header", "Header name").toLowerCase();
      // Zoom: code 1801 for the kind of header.
      if (!/^[a-z0-9-]+$/.test(header)) throw zoomError(400, 1801, `Header name: "${header}" is not one.`);
      return { kind: "custom", header, value: field("value", "Header value") };
    }
    default:
      throw zoomError(400, 1801, "Authentication: choose default, basic, oauth or custom.");
  }
}
