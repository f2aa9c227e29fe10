/** Recipes to begin from. They name the connection `zoom`; another is chosen in the editor. */

/** A recipe to begin from. */
export interface RecipeStarter {
  readonly title: string;
  readonly summary: string;
  readonly uses: readonly string[];
  readonly source: string;
}

/** Those that people ask for most. */
export const recipeStarters: readonly RecipeStarter[] = [
  {
    title: "Follow up a week later",
    summary:
      "When a meeting ends that people joined, schedule the next one and register everybody who was there.",
    uses: ["Meeting ended", "Create meeting", "Add meeting registrant"],
    source: `name: Follow up a week later
trigger:
  use: zoom/meeting-ended
  connection: zoom
  # A follow-up of a follow-up is for its host to decide.
  when: '!trigger.object.topic.startsWith("Follow-up: ")'
steps:
  - id: people
    use: zoom/list-past-meeting-participants
    input:
      meetingId: "{{ trigger.object.uuid }}"
  - id: followUp
    use: zoom/create-meeting
    input:
      userId: "{{ trigger.object.host_id }}"
      topic: "Follow-up: {{ trigger.object.topic }}"
      type: 2
      start_time: '{{ timestamp(trigger.object.start_time) + duration("168h") }}'
      settings:
        approval_type: 0
  - forEach: people.participants.filter(p, has(p.user_email) && p.user_email.present()).uniqBy("user_email")
    as: person
    steps:
      - id: registrant
        use: zoom/add-meeting-registrant
        input:
          meetingId: "{{ followUp.id }}"
          email: "{{ person.user_email }}"
          first_name: "{{ person.name }}"
`,
  },
  {
    title: "Keep recordings",
    summary: "When a recording is ready, download each video into a folder on the server.",
    uses: ["Recording completed", "Download recording", "Save file"],
    source: `name: Keep recordings
trigger:
  use: zoom/recording-completed
  connection: zoom
steps:
  - forEach: trigger.object.recording_files
    as: file
    steps:
      - if: file.file_type == "MP4"
        then:
          - id: opened
            use: zoom/download-recording
            input: { downloadUrl: "{{ file.download_url }}", fileName: "{{ file.id }}.mp4" }
          - id: saved
            use: files/save-file
            input: { file: "{{ opened.file }}", path: "recordings/{{ trigger.object.id }}/{{ file.id }}.mp4" }
`,
  },
  {
    title: "Tell another system of a new person",
    summary: "When somebody is added to the account, send what Zoom knows of them to an address of yours.",
    uses: ["User created", "Send request"],
    source: `name: Tell another system of a new person
trigger:
  use: zoom/user-created
  connection: zoom
steps:
  - id: answer
    use: http/send-request
    input:
      method: POST
      url: https://example.com/people
      body:
        email: "{{ trigger.object.email }}"
        first: "{{ trigger.object.first_name }}"
        last: "{{ trigger.object.last_name }}"
`,
  },
];
