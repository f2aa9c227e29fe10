import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckedSandbox, checkedSandbox } from "../../checked-sandbox.test-kit.ts";

let sandbox: CheckedSandbox;
beforeAll(async () => {
  sandbox = await checkedSandbox({ covers: ["accounts/Survey Management"] });
});
afterAll(() => sandbox.finish());

const COLOUR = { name: "Colour?", type: "single", answer_required: true, answers: ["Red", "Blue"] };
const WHY = { name: "Why?", type: "long_answer", answer_min_character: 1, answer_max_character: 500 };
const SCORE = {
  ...{ name: "Score?", type: "rating_scale", rating_min_value: 1, rating_max_value: 3 },
  ...{ rating_min_label: "Bad", rating_max_label: "Good" },
};

/** A meeting with a survey that was held; its id and the instance's. */
async function held(title: string, anonymous: boolean): Promise<{ id: string; uuid: string }> {
  const { owner } = sandbox;
  const meeting = (await owner.post("/users/me/meetings", { topic: title, type: 2 })).body;
  const custom_survey = { title, anonymous, questions: [COLOUR, WHY, SCORE] };
  expect((await owner.patch(`/meetings/${meeting.id}/survey`, { custom_survey })).status).toBe(204);
  await sandbox.act(`/_sandbox/meetings/${meeting.id}/start`);
  await sandbox.clock.advance(600_000);
  await sandbox.act(`/_sandbox/meetings/${meeting.id}/end`);
  const past = await owner.get(`/past_meetings/${meeting.id}/instances`);
  return { id: String(meeting.id), uuid: past.body.meetings[0].uuid };
}
const twice = (uuid: string) => encodeURIComponent(encodeURIComponent(uuid));
const answer = (instance_id: string, more: object = {}) =>
  sandbox.act("/_sandbox/surveys/answers", {
    ...{ instance_id, name: "Ada", email: "ada@x.example" },
    answers: [
      { question: "Colour?", answer: "Blue" },
      { question: "Why?", answer: "The sky" },
    ],
    ...more,
  });

test("A survey of a meeting is the account's, and what people answer is read by instance and time", async () => {
  const { owner } = sandbox;
  const { id, uuid } = await held("Feedback", false);
  expect((await owner.get("/surveys")).body.surveys).toContainEqual({
    ...{ survey_id: id, survey_name: "Feedback", survey_type: "survey" },
  });
  const survey = (await owner.get(`/surveys/${id}`)).body;
  expect(survey).toMatchObject({
    published: true,
    anonymous: false,
    survey_questions: [
      {
        question_name: "Colour?",
        question_order: 1,
        required: true,
        options: [{}, { option_value: "Blue" }],
      },
      { question_name: "Why?", required: false },
      { options: [{ option_label: "Bad" }, { option_value: "2" }, { option_label: "Good" }] },
    ],
  });
  const instances = () => owner.get(`/surveys/${id}/instances?instance_id=${twice(uuid)}`);
  expect((await instances()).body.survey_instances).toMatchObject([
    { instance_id: uuid, product_type: "meeting", has_response: false, meeting_id: id },
  ]);

  expect((await answer(uuid)).status).toBe(201);
  expect((await instances()).body.survey_instances).toMatchObject([{ has_response: true }]);
  const answers = async (query = "") =>
    (await owner.get(`/surveys/${id}/answers?${query}`)).body.survey_answers;
  const [colour, why] = survey.survey_questions;
  const [given] = await answers(`instance_id=${twice(uuid)}`);
  expect(given).toMatchObject({
    ...{ name: "Ada", email: "ada@x.example", instance_id: uuid, anonymous: false },
    questions: [
      {
        question_id: colour.question_id,
        question_answers: [{ option_id: colour.options[1].option_id, answer: "Blue" }],
      },
      { question_id: why.question_id, question_answers: [{ answer: "The sky" }] },
    ],
  });
  expect(
    await answers(`submit_time_start=${given.submit_time}&submit_time_end=${given.submit_time}`),
  ).toHaveLength(1);
  expect(await answers("submit_time_end=2026-11-23T00:00:00Z")).toEqual([]);
  expect(await answers("submit_time_start=2026-11-24T00:00:00Z")).toEqual([]);
});

test("Who answered an anonymous survey is told to nobody", async () => {
  const { id, uuid } = await held("Secret", true);
  expect((await answer(uuid)).status).toBe(201);
  expect((await sandbox.owner.get(`/surveys/${id}/answers`)).body.survey_answers).toMatchObject([
    { name: "", email: "", anonymous: true },
  ]);
});

test("An unknown survey is 404/6701, an unknown instance 400/6703, and unfit answers are refused", async () => {
  const { owner } = sandbox;
  const { id, uuid } = await held("Strict", false);
  for (const path of ["", "/instances", "/answers"])
    expect(await owner.get(`/surveys/1${path}`)).toMatchObject({ status: 404, body: { code: 6701 } });
  for (const path of ["instances", "answers"])
    expect(await owner.get(`/surveys/${id}/${path}?instance_id=none`)).toMatchObject({
      ...{ status: 400, body: { code: 6703 } },
    });
  expect((await answer("none")).status).toBe(400);
  expect((await answer(uuid, { answers: [{ question: "Colour?", answer: "Green" }] })).status).toBe(400);
  expect((await answer(uuid, { answers: [{ question: "Why?", answer: "x" }] })).status).toBe(400);
  expect((await owner.get(`/surveys/${id}/answers`)).body.survey_answers).toEqual([]);
  expect((await owner.delete(`/meetings/${id}/survey`)).status).toBe(204);
  expect((await owner.get(`/surveys/${id}`)).status).toBe(404);
});
