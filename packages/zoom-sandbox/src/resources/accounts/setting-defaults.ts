/** Settings as an account has them at first; its groups begin with the same. */
export const SETTING_DEFAULTS = {
  in_meeting: {
    ...{ breakout_room: true, chat: true, polling: true, private_chat: true, screen_sharing: true },
    ...{ virtual_background: true, waiting_room: true },
  },
  recording: { cloud_recording: true, local_recording: true, auto_recording: "none" },
  schedule_meeting: { host_video: true, participant_video: true },
  email_notification: { cancel_meeting_reminder: true, jbh_reminder: true },
} as const;
