/** SIP phones of a phone system that the account brought along. The account always has this integration. */
import { type Sandbox, zoomError } from "../../sandbox.ts";
import { collection } from "../collection.ts";

interface SipServer {
  proxy_server?: string;
  register_server?: string;
  transport_protocol?: "UDP" | "TCP" | "TLS" | "AUTO";
}

/** A person's SIP phone. Table `sip_phones`. */
export interface SipPhone {
  phone_id: string;
  user_email: string;
  user_name: string;
  authorization_name: string;
  domain: string;
  password: string;
  registration_expire_time: number;
  voice_mail?: string;
  display_number?: string;
  server: SipServer;
  server_2?: SipServer;
  server_3?: SipServer;
}

/** The SIP phones' operations. */
export function sipPhones(sandbox: Sandbox): void {
  const { table } = collection<SipPhone>(sandbox, {
    ...{ table: "sip_phones", listKey: "phones", id: "phone_id", param: "phoneId" },
    ...{ list: "GET /sip_phones/phones", create: "POST /sip_phones/phones" },
    ...{ update: "PATCH /sip_phones/phones/{phoneId}", remove: "DELETE /sip_phones/phones/{phoneId}" },
    missing: (id) => zoomError(404, 2305, `SIP phone does not exist: ${id}.`),
    listed: (row, call) => {
      const key = call.query("search_key")?.toLowerCase();
      return !key || [row.user_email, row.user_name].some((field) => field.toLowerCase() === key);
    },
    make: (call) => {
      const body = call.body<Omit<SipPhone, "phone_id" | "registration_expire_time">>();
      const email = body.user_email.toLowerCase();
      if (!sandbox.users.find(email))
        throw zoomError(404, 1001, `User ${body.user_email} not exist or not belong to this account.`);
      if (table.all().some((row) => row.user_email === email))
        throw zoomError(400, 300, "SIP phone with the same email already exists.");
      return { registration_expire_time: 60, ...body, user_email: email, phone_id: sandbox.ids.key() };
    },
  });
  sandbox.onUserRemoved((user) => {
    for (const row of table.filter(({ user_email }) => user_email === user.email)) table.delete(row.phone_id);
  });
}
