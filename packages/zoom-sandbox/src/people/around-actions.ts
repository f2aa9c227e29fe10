/** What Zoom itself does around a session: recording, calls, invitations, live streams, the AI Companion, alerts. */
import { z } from "zod";
import { type Action, action, ofPerson, onePerson } from "./action.ts";
import { telephoneNumber } from "./attendance-actions.ts";
import { callOut, endCall, OUTCOMES, ringingCall } from "./calls.ts";
import { startAiCompanion, startLiveStream, stopAiCompanion, stopLiveStream } from "./live.ts";
import { pauseRecording, resumeRecording, startRecording, stopRecording } from "./record.ts";
import type { User } from "../sandbox.ts";
import { wrongField } from "./session.ts";
import {
  answerDisclaimer,
  DISCLAIMER_ANSWERS,
  DISCLAIMERS,
  startRemoteSupport,
  stopRemoteSupport,
} from "./support.ts";
import { alertQuality, alertRisk, bindTelephone, giveFeedback, ISSUES, testDevices } from "./signals.ts";

const nothing = z.strictObject({});
const tested = z.union([z.literal(0), z.literal(1), z.literal(2)]).default(2);
const features = z.strictObject({ questions: z.boolean().default(true), summary: z.boolean().default(true) });
const custom = z.strictObject({
  stream_url: z.string().min(1),
  stream_key: z.string().min(1),
  page_url: z.string().min(1),
  resolution: z.string().exactOptional(),
});

/** By the last part of their routes. */
export const aroundActions: Readonly<Record<string, Action>> = {
  "recording/start": action(nothing, ({ session }) => startRecording(session())),
  "recording/pause": action(nothing, ({ session }) => pauseRecording(session())),
  "recording/resume": action(nothing, ({ session }) => resumeRecording(session())),
  "recording/stop": action(nothing, ({ session }) => stopRecording(session())),
  "calls/phone": action(
    z.strictObject({ name: z.string().min(1), phone_number: telephoneNumber }),
    ({ session }, { name, phone_number }) =>
      callOut(session(), { kind: "phone", name, address: phone_number }),
  ),
  "calls/room": action(
    z.strictObject({
      name: z.string().min(1).default("Room system"),
      device_ip: z.string().min(1),
      call_type: z.enum(["h323", "sip"]).default("h323"),
    }),
    ({ session }, { name, device_ip, call_type }) =>
      callOut(session(), { kind: "room", name, address: device_ip, call_type }),
  ),
  "calls/end": action(
    z.strictObject({
      /** The call's id, name or address. */
      call: z.string().min(1),
      outcome: z.enum(OUTCOMES),
      reason_type: z.int().min(0).max(14).optional(),
    }),
    ({ session }, { call, outcome, reason_type }) =>
      endCall(session(), ringingCall(session(), call), outcome, reason_type),
  ),
  "invitations/send": action(
    z.strictObject({ email: z.email(), by: z.email().optional() }),
    ({ sandbox, session }, { email, by }) => {
      const known = (field: string, address: string): User => {
        const user = sandbox.users.byEmail(address);
        if (!user) throw wrongField(field, `${address} is nobody of the account; name one of its people`);
        return user;
      };
      const { display_name: name, email: address } = known("email", email);
      const inviter_id = by === undefined ? undefined : known("by", by).id;
      return callOut(session(), { kind: "person", name, address, inviter_id });
    },
  ),
  "invitations/answer": action(
    z.strictObject({ email: z.email(), outcome: z.enum(["accepted", "rejected", "missed"]) }),
    ({ session }, { email, outcome }) => endCall(session(), ringingCall(session(), email), outcome),
  ),
  "live-stream/start": action(
    z.strictObject({
      service: z
        .enum(["Facebook", "Workplace_by_Facebook", "YouTube", "Twitch", "Custom_Live_Streaming_Service"])
        .default("YouTube"),
      custom_live_streaming_settings: custom.exactOptional(),
    }),
    ({ session }, stream) => startLiveStream(session(), stream),
  ),
  "live-stream/stop": action(nothing, ({ session }) => stopLiveStream(session())),
  "ai-companion/start": action(features, ({ session }, wanted) => startAiCompanion(session(), wanted)),
  "ai-companion/stop": action(features, ({ session }, wanted) => stopAiCompanion(session(), wanted)),
  feedback: action(
    ofPerson({
      satisfied: z.boolean(),
      quality: z.enum(["VERY GOOD", "GOOD", "FAIR", "POOR", "VERY POOR"]).optional(),
      details: z.array(z.string()).optional(),
      comments: z.string().optional(),
    }),
    ({ session, person }, { satisfied, quality, details, comments, ...who }) =>
      giveFeedback(session(), person(who), { satisfied, quality, details, comments }),
  ),
  "device-test": action(
    z.strictObject({
      email: z.email().optional(),
      name: z.string().min(1).default("Guest"),
      ...{ camera: tested, speaker: tested, microphone: tested },
      os: z.string().optional(),
    }),
    ({ sandbox, planned }, { email, name, ...devices }) => {
      const user = email === undefined ? undefined : sandbox.users.byEmail(email);
      testDevices(sandbox, planned, { id: user?.id ?? "", name: user?.display_name ?? name }, devices);
    },
  ),
  alert: action(z.strictObject({ issues: z.array(z.enum(ISSUES)).min(1) }), ({ session }, { issues }) =>
    alertQuality(session(), issues),
  ),
  "risk-alert": action(
    z.strictObject({
      post_platform: z.string().default("Reddit"),
      social_link: z.string().default("https://social.example/posts/1"),
      post_user: z.string().default("somebody"),
    }),
    ({ sandbox, planned }, leak) => alertRisk(sandbox, planned, leak),
  ),
  disclaimer: action(
    ofPerson({
      disclaimer_type: z.enum(DISCLAIMERS),
      disclaimer_status: z.enum(DISCLAIMER_ANSWERS).default("Agree"),
    }),
    ({ session, person }, { disclaimer_type, disclaimer_status, ...who }) =>
      answerDisclaimer(session(), person(who), disclaimer_type, disclaimer_status),
  ),
  "remote-support/start": action(ofPerson({ by: onePerson }), ({ session, person }, { by, ...who }) =>
    startRemoteSupport(session(), person(who), person(by)),
  ),
  "remote-support/stop": action(nothing, ({ session }) => stopRemoteSupport(session())),
  bind: action(ofPerson({ to: onePerson }), ({ session, person }, { to, ...phone }) =>
    bindTelephone(session(), person(phone), person(to)),
  ),
};
