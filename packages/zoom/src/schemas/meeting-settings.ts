/** A meeting's settings. Field names, choices and limits are Zoom's (meetings.json); the most used come first. */
import { z } from "zod";
import { flag, num, text } from "../operations/operation-action.ts";

const yesOrNo = z.boolean().optional();
const words = z.string().optional();
const list = z.array(z.string()).optional();

/** As requests send them: those we know are checked, Zoom's newer ones pass. */
export const settings = z.looseObject({
  host_video: yesOrNo.describe("Start with the host's video on"),
  participant_video: yesOrNo.describe("Start with participants' video on"),
  join_before_host: yesOrNo,
  jbh_time: z.literal([0, 5, 10, 15]).optional().describe("Minutes before the start; 0 any time"),
  waiting_room: yesOrNo,
  mute_upon_entry: yesOrNo,
  auto_recording: z.enum(["local", "cloud", "none"]).optional(),
  alternative_hosts: words.describe("Email addresses or user ids, separated by semicolons"),
  alternative_hosts_email_notification: yesOrNo,
  meeting_invitees: z.array(z.strictObject({ email: z.string() })).optional(),
  approval_type: z.literal([0, 1, 2]).optional().describe("Registration: 0 automatic, 1 manual, 2 none"),
  registration_type: z
    .literal([1, 2, 3])
    .optional()
    .describe("Recurring: 1 once for all, 2 for each occurrence, 3 once for those they choose"),
  registrants_confirmation_email: yesOrNo,
  registrants_email_notification: yesOrNo.describe("Approvals, cancellations and denials are mailed"),
  close_registration: yesOrNo.describe("Close registration after the meeting's date"),
  meeting_authentication: yesOrNo.describe("Only people who are signed in may join"),
  authentication_option: words.describe("The id of one of the account's authentication profiles"),
  authentication_domains: words.describe("Domains, separated by commas"),
  authentication_exception: z
    .array(z.strictObject({ name: z.string().optional(), email: z.string().optional() }))
    .optional(),
  use_pmi: yesOrNo.describe("Use the host's personal meeting id"),
  audio: z.enum(["both", "telephony", "voip", "thirdParty"]).optional(),
  audio_conference_info: z.string().max(2048).optional(),
  global_dial_in_countries: list,
  contact_name: words,
  contact_email: words,
  email_notification: yesOrNo,
  calendar_type: z.literal([1, 2]).optional().describe("1 Outlook add-in, 2 Google Workspace add-on"),
  push_change_to_calendar: yesOrNo,
  private_meeting: yesOrNo,
  internal_meeting: yesOrNo,
  encryption_type: z.enum(["enhanced_encryption", "e2ee"]).optional(),
  watermark: yesOrNo,
  allow_multiple_devices: yesOrNo,
  focus_mode: yesOrNo,
  host_pause_stop_recording: yesOrNo,
  auto_start_meeting_summary: yesOrNo,
  who_will_receive_summary: z
    .literal([1, 2, 3, 4])
    .optional()
    .describe(
      "1 the host, 2 host, co-hosts and alternative hosts, 3 also invitees of the account, 4 all invitees",
    ),
  summary_template_id: words,
  auto_start_ai_companion_questions: yesOrNo,
  who_can_ask_questions: z.literal([1, 2, 3, 4, 5]).optional(),
  alternative_host_update_polls: yesOrNo,
  alternative_host_manage_meeting_summary: yesOrNo,
  alternative_host_manage_cloud_recording: yesOrNo,
  continuous_meeting_chat: z
    .looseObject({
      enable: yesOrNo,
      auto_add_invited_external_users: yesOrNo,
      auto_add_meeting_participants: yesOrNo,
    })
    .optional(),
  breakout_room: z
    .strictObject({
      enable: yesOrNo,
      rooms: z
        .array(z.strictObject({ name: z.string().optional(), participants: z.array(z.string()).optional() }))
        .optional(),
    })
    .optional(),
  question_and_answer: z
    .strictObject({
      enable: yesOrNo,
      allow_submit_questions: yesOrNo,
      allow_anonymous_questions: yesOrNo,
      question_visibility: z.enum(["answered", "all"]).optional(),
      attendees_can_comment: yesOrNo,
      attendees_can_upvote: yesOrNo,
    })
    .optional(),
  language_interpretation: z
    .strictObject({
      enable: yesOrNo,
      interpreters: z
        .array(z.strictObject({ email: words, languages: words, interpreter_languages: words }))
        .optional(),
    })
    .optional(),
  sign_language_interpretation: z
    .strictObject({
      enable: yesOrNo,
      interpreters: z
        .array(z.strictObject({ email: words, sign_language: words }))
        .max(20)
        .optional(),
    })
    .optional(),
  approved_or_denied_countries_or_regions: z
    .strictObject({
      enable: yesOrNo,
      method: z.enum(["approve", "deny"]).optional(),
      approved_list: list,
      denied_list: list,
    })
    .optional(),
  waiting_room_options: z
    .looseObject({
      mode: z.enum(["follow_setting", "custom"]).optional(),
      who_goes_to_waiting_room: z
        .enum([
          "everyone",
          "users_not_in_account",
          "users_not_in_account_or_whitelisted_domains",
          "users_not_on_invite",
          "users_not_in_org",
        ])
        .optional(),
    })
    .optional(),
  auto_add_recording_to_video_management: z
    .strictObject({
      enable: yesOrNo,
      channels: z.array(z.strictObject({ channel_id: z.string(), name: words })).optional(),
    })
    .optional(),
  resources: z
    .array(
      z.strictObject({
        resource_type: z.enum(["whiteboard"]).optional(),
        resource_id: words,
        permission_level: z.enum(["editor", "commenter", "viewer"]).optional(),
      }),
    )
    .optional(),
  additional_data_center_regions: list,
  show_share_button: yesOrNo,
  show_join_info: yesOrNo,
  host_save_video_order: yesOrNo,
  device_testing: yesOrNo,
  request_permission_to_unmute_participants: yesOrNo,
  allow_host_control_participant_mute_state: yesOrNo,
  disable_participant_video: yesOrNo,
  email_in_attendee_report: yesOrNo,
  participant_focused_meeting: yesOrNo,
  auto_start_deepfake_detection: yesOrNo,
});

/** As answers give them; all others pass too. */
export const answeredSettings = z.looseObject({
  ...{ host_video: flag(), participant_video: flag(), join_before_host: flag(), jbh_time: num() },
  ...{ waiting_room: flag(), mute_upon_entry: flag(), auto_recording: text(), alternative_hosts: text() },
  ...{ approval_type: num(), registration_type: num(), registrants_confirmation_email: flag() },
  ...{ registrants_email_notification: flag(), close_registration: flag(), meeting_authentication: flag() },
  ...{ use_pmi: flag(), audio: text(), contact_name: text(), contact_email: text() },
  ...{ encryption_type: text(), private_meeting: flag(), internal_meeting: flag() },
});
