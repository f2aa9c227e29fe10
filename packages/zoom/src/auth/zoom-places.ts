/** The addresses of the app's form, held to the policy of whoever runs the server. */
import { type AddressPolicy, type AppProfile, ConnectorError, hostRefusal } from "@greenroom/connector-kit";
import { socketHost } from "../webhooks/zoom-socket.ts";
import { addressOf } from "./zoom-profile.ts";

/** Refuses a form that names an address which may not be called; the call itself is held to it again. @throws {ConnectorError} */
export async function refusePlaces(profile: AppProfile, policy: AddressPolicy): Promise<void> {
  const hosts = [
    ...["oauth_url", "api_url"].map((field) => ({
      field,
      host: new URL(addressOf(profile, field)).hostname,
    })),
    { field: "websocket", host: socketHost(profile) },
  ];
  for (const { field, host } of hosts) {
    const why = host === undefined ? undefined : await hostRefusal(host, policy);
    if (why === undefined) continue;
    throw new ConnectorError(
      "forbidden",
      "address-refused",
      `The app profile's ${field} is not called: ${why}.`,
      {
        fields: [{ field, message: why }],
        hint: "Choose Zoom itself, or ask whoever runs this server to allow the network in PRIVATE_NETWORKS.",
      },
    );
  }
}
