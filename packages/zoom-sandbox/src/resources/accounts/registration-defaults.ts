/** What registration for webinars asks for at first, in an account or a group. */
export function registrationDefaults(): object {
  return {
    options: { show_social_share_buttons: true, allow_participants_to_join_from_multiple_devices: true },
    questions: ["last_name", "address", "city", "phone", "org", "job_title"].map((field_name) => ({
      ...{ field_name, required: false, selected: false },
    })),
    approve_type: 0,
    custom_questions: [],
  };
}
